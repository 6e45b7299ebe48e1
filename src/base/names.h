#ifndef NAMES_H
#define NAMES_H

/* What plug-ins may call of ours (src/shelf/plugin.h), by names that no other library has:
 * the program and libursa export these, and nothing else of the headers here. The list that
 * the linker takes is made from these lines. */
#define HOST_BEGIN _Pragma("GCC visibility push(default)")
#define HOST_END   _Pragma("GCC visibility pop")

/* err.h */
#define err_set    ursa_err_set
#define err_system ursa_err_system
#define err_null   ursa_err_null
#define err_warn   ursa_err_warn
#define err_bug    ursa_err_bug

/* xalloc.h */
#define xcalloc          ursa_xcalloc
#define xrealloc         ursa_xrealloc
#define xstrdup          ursa_xstrdup
#define xasprintf        ursa_xasprintf
#define xvasprintf       ursa_xvasprintf
#define xalloc_line      ursa_xalloc_line
#define xcalloc_line     ursa_xcalloc_line
#define xalloc_spread    ursa_xalloc_spread
#define xgetline         ursa_xgetline
#define xopen_memstream  ursa_xopen_memstream
#define xclose_memstream ursa_xclose_memstream
#define xrealpath        ursa_xrealpath

/* rng.h */
#define rng_init  ursa_rng_init
#define rng_index ursa_rng_index

/* param.h */
#define param_next           ursa_param_next
#define param_any            ursa_param_any
#define param_seek           ursa_param_seek
#define param_names          ursa_param_names
#define param_choice         ursa_param_choice
#define param_find           ursa_param_find
#define param_defaults       ursa_param_defaults
#define param_set            ursa_param_set
#define param_release        ursa_param_release
#define param_copy           ursa_param_copy
#define param_format         ursa_param_format
#define param_format_default ursa_param_format_default
#define param_is_default     ursa_param_is_default
#define no_params            ursa_no_params

/* canvas.h */
#define canvas_clear ursa_canvas_clear
#define canvas_text  ursa_canvas_text

/* env.h */
#define env_open         ursa_env_open
#define env_view         ursa_env_view
#define env_reset        ursa_env_reset
#define env_draw         ursa_env_draw
#define env_steps        ursa_env_steps
#define env_condition    ursa_env_condition
#define env_hidden_text  ursa_env_hidden_text
#define env_action_text  ursa_env_action_text
#define env_percept_text ursa_env_percept_text
#define env_close        ursa_env_close

/* family.h */
#define family_open  ursa_family_open
#define family_close ursa_family_close
#define family_count ursa_family_count
#define family_drop  ursa_family_drop
#define family_text  ursa_family_text
#define family_grid  ursa_family_grid
#define family_mu    ursa_family_mu

/* agent.h */
#define agent_open        ursa_agent_open
#define agent_frozen_size ursa_agent_frozen_size
#define agent_freeze      ursa_agent_freeze
#define agent_thaw        ursa_agent_thaw

/* mind.h */
#define mind_of          ursa_mind_of
#define insight_clear    ursa_insight_clear
#define insight_informed ursa_insight_informed

/* ice.h */
#define ice_piece ursa_ice_piece
#define ice_model ursa_ice_model
#define ice_to    ursa_ice_to
#define ice_from  ursa_ice_from
#define ice_fail  ursa_ice_fail

/* discount.h */
#define discount_names      ursa_discount_names
#define discount_init       ursa_discount_init
#define discount_weight     ursa_discount_weight
#define discount_tail       ursa_discount_tail
#define discount_summable   ursa_discount_summable
#define discount_horizon    ursa_discount_horizon
#define discount_stationary ursa_discount_stationary
#define discount_consistent ursa_discount_consistent

#endif
