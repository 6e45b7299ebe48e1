#ifndef NAMES_H
#define NAMES_H

/* What plug-ins may call of ours (src/shelf/plugin.h), by names that no other library has:
 * the program and libursa export these, and nothing else of the headers here. The list that
 * the linker takes is made from these lines. */
#define HOST_BEGIN _Pragma("GCC visibility push(default)")
#define HOST_END   _Pragma("GCC visibility pop")

/* err.h */
#define err_set    ursa0_err_set
#define err_system ursa0_err_system
#define err_null   ursa0_err_null
#define err_warn   ursa0_err_warn
#define err_bug    ursa0_err_bug

/* xalloc.h */
#define xcalloc          ursa0_xcalloc
#define xrealloc         ursa0_xrealloc
#define xstrdup          ursa0_xstrdup
#define xasprintf        ursa0_xasprintf
#define xvasprintf       ursa0_xvasprintf
#define xalloc_line      ursa0_xalloc_line
#define xcalloc_line     ursa0_xcalloc_line
#define xalloc_spread    ursa0_xalloc_spread
#define xgetline         ursa0_xgetline
#define xopen_memstream  ursa0_xopen_memstream
#define xclose_memstream ursa0_xclose_memstream
#define xrealpath        ursa0_xrealpath

/* rng.h */
#define rng_init  ursa0_rng_init
#define rng_index ursa0_rng_index

/* param.h */
#define param_next           ursa0_param_next
#define param_any            ursa0_param_any
#define param_seek           ursa0_param_seek
#define param_names          ursa0_param_names
#define param_choice         ursa0_param_choice
#define param_find           ursa0_param_find
#define param_defaults       ursa0_param_defaults
#define param_set            ursa0_param_set
#define param_release        ursa0_param_release
#define param_copy           ursa0_param_copy
#define param_format         ursa0_param_format
#define param_format_default ursa0_param_format_default
#define param_is_default     ursa0_param_is_default
#define no_params            ursa0_no_params

/* canvas.h */
#define canvas_clear ursa0_canvas_clear
#define canvas_text  ursa0_canvas_text

/* env.h */
#define env_open         ursa0_env_open
#define env_view         ursa0_env_view
#define env_reset        ursa0_env_reset
#define env_draw         ursa0_env_draw
#define env_steps        ursa0_env_steps
#define env_condition    ursa0_env_condition
#define env_hidden_text  ursa0_env_hidden_text
#define env_action_text  ursa0_env_action_text
#define env_percept_text ursa0_env_percept_text
#define env_close        ursa0_env_close

/* family.h */
#define family_open  ursa0_family_open
#define family_close ursa0_family_close
#define family_count ursa0_family_count
#define family_drop  ursa0_family_drop
#define family_text  ursa0_family_text
#define family_grid  ursa0_family_grid
#define family_mu    ursa0_family_mu

/* agent.h */
#define agent_open        ursa0_agent_open
#define agent_frozen_size ursa0_agent_frozen_size
#define agent_freeze      ursa0_agent_freeze
#define agent_thaw        ursa0_agent_thaw

/* mind.h */
#define mind_of          ursa0_mind_of
#define insight_clear    ursa0_insight_clear
#define insight_informed ursa0_insight_informed

/* ice.h */
#define ice_piece ursa0_ice_piece
#define ice_model ursa0_ice_model
#define ice_to    ursa0_ice_to
#define ice_from  ursa0_ice_from
#define ice_fail  ursa0_ice_fail

/* discount.h */
#define discount_names      ursa0_discount_names
#define discount_init       ursa0_discount_init
#define discount_weight     ursa0_discount_weight
#define discount_tail       ursa0_discount_tail
#define discount_summable   ursa0_discount_summable
#define discount_horizon    ursa0_discount_horizon
#define discount_stationary ursa0_discount_stationary
#define discount_consistent ursa0_discount_consistent

#endif
