#ifndef HIDING_H
#define HIDING_H

/* Two worlds of L. Lang, D. Foote, S. Russell, A. Dragan, E. Jenner and S. Emmons, "When
 * your AIs deceive you: challenges of partial observability in reinforcement learning from
 * human feedback" (2024, arXiv 2402.17747), by their code, as text of ursa-mdp(5); the
 * caller frees it. p: an install works; r: what hiding, or words, cost; of the beliefs of
 * the human see the text. */
char *hiding_text(double p, double r, double hides, double hides_first, double plain);
char *verbose_text(double p, double r, double quiet);

#endif
