# bash completion for ursa. It asks the program, so it is never out of date.  -*- sh -*-
# shellcheck shell=bash

_ursa() {
    local word name prefix suffixes pattern cur i
    local -a words
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} == *' ' ]] && words+=('')
    cur=${words[-1]}
    COMPREPLY=()
    while IFS= read -r word; do
        case $word in
        :dirs* | :files*)
            # Read by hand: a tab is a blank to read, and empty fields would be lost.
            name=${word%%$'\t'*} word=${word#*$'\t'}
            prefix=${word%%$'\t'*} suffixes=${word#"$prefix"}
            pattern=${suffixes#$'\t'}
            pattern=${pattern//./\\.}
            while IFS= read -r word; do
                [[ -d $word || ! $pattern || ${word,,} =~ (${pattern// /|})$ ]] &&
                    COMPREPLY+=("$prefix$word")
            done < <(
                case $name in
                :dirs) compgen -d -- "${cur#"$prefix"}" ;;
                *) compgen -f -- "${cur#"$prefix"}" ;;
                esac
            )
            compopt -o filenames 2>/dev/null
            ;;
        *) COMPREPLY+=("${word%%$'\t'*}") ;;
        esac
    done < <(command "${COMP_WORDS[0]}" completion offer -- "${words[@]:1}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    # Bash takes ':' and '=' as words of their own: what stands before is not repeated.
    prefix=${cur%"${cur##*[:=]}"}
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=${COMPREPLY[i]#"$prefix"}
    done
}
complete -F _ursa ursa
