#compdef ursa
# zsh completion for ursa. It asks the program, so it is never out of date.

_ursa() {
    local line word suffixes
    local -a whole open field
    typeset -A where
    # The words up to the cursor, the last as far as it is typed.
    for line in "${(@f)$(command ${(Q)words[1]} completion offer -- \
        "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        field=("${(@ps:\t:)line}")
        word=${field[1]//:/\\:}
        case $field[1] in
        '') ;;
        :*) where[$field[1]]=1 suffixes=$field[3] ;;
        *=) open+=("$word:$field[2]") ;;
        *) whole+=("$word:$field[2]") ;;
        esac
        [[ $field[1] = :* ]] && where[prefix]=$field[2]
    done
    (( $#whole )) && _describe -V 'ursa' whole
    (( $#open )) && _describe -V 'ursa' open -S ''
    [[ -n $where[prefix] ]] && compset -P ${(b)where[prefix]}
    [[ -n $where[:dirs] ]] && _files -/
    if [[ -n $where[:files] ]]; then
        if [[ -n $suffixes ]]; then
            # Not _files, which offers all where none fits.
            _path_files -g "(#i)*(${suffixes// /|})(-.)"
            _path_files -/
        else
            _files
        fi
    fi
}

if [[ $funcstack[1] = _ursa ]]; then
    _ursa "$@"
else
    compdef _ursa ursa
fi
