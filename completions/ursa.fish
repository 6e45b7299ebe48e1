# fish completion for ursa. It asks the program, so it is never out of date.

function __ursa_offer
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (command $words[1] completion offer -- $words[2..-1] $current 2>/dev/null)
        set -l field (string split \t -- $line)
        set -l rest (string sub -s (math (string length -- "$field[2]") + 1) -- $current)
        switch $field[1]
            case :dirs
                for name in (__fish_complete_directories $rest)
                    printf '%s%s\n' $field[2] $name
                end
            case :files
                for name in (__fish_complete_path $rest | string replace -r '\t.*' '')
                    set -l suffix (string lower -- (string match -r '\.[^.]*$' -- $name))
                    if test -z "$field[3]"; or string match -q '*/' -- $name
                        printf '%s%s\n' $field[2] $name
                    else if contains -- "$suffix" (string split ' ' -- $field[3])
                        printf '%s%s\n' $field[2] $name
                    end
                end
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c ursa -f -a '(__ursa_offer)'
