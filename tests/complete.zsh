# What an interactive zsh offers for each line of stdin: LINE, tab, WORD. $1: the folder
# that has the function _ursa; what it offers is told by compadd, instead of shown.
zmodload zsh/zpty || exit 77
cat >$1/inner.zsh <<'END'
PROMPT= RPROMPT=
autoload -Uz compinit && compinit -D -u
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return $?
    fi
    local -a hit
    builtin compadd -A hit "$@"
    print -rn -- $'\x02'${^hit/#/$IPREFIX}$'\x03'
    builtin compadd "$@"
}
tell() { zle complete-word; BUFFER= CURSOR=0; print -rn -- $'\x04' }
zle -N tell
bindkey -e
bindkey '^I' tell
unsetopt beep
print -rn -- $'\x04'
END
typeset -i tries
answer() {
    local text= piece=
    tries=0
    while [[ $text != *$'\x04'* ]]; do
        if zpty -rt inner piece 2>/dev/null; then text+=$piece; else sleep .02; fi
        (( ++tries < 500 )) || { print -u2 "zsh said nothing: $text"; exit 1 }
    done
    said=$text
}
zpty -b inner zsh -f -i
zpty -w inner "fpath=(${(q)1} \$fpath); source ${(q)1}/inner.zsh"
answer
while IFS= read -r line; do
    zpty -wn inner $line$'\t'
    answer
    while [[ $said == *$'\x02'* ]]; do
        said=${said#*$'\x02'}
        [[ -n ${said%%$'\x03'*} ]] && print -r -- "$line"$'\t'"${said%%$'\x03'*}"
    done
done
zpty -d inner
