namespace Inro.Cli.Output;

/// <summary>What a shell sources to complete inro's command lines: each asks the program, which reads its own tables.</summary>
/// <remarks>
/// The program answers <c>inro internal complete WORD...</c> with one offer per line, its description behind a tab.
/// A first line <c>:file</c> or <c>:directory</c> means that the shell's own names are wanted.
/// </remarks>
internal static class CompletionScripts
{
    public static string? Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => null,
    };

    private const string Bash = """
        # Completion of inro for bash: source it, or put it into /usr/share/bash-completion/completions/inro
        _inro() {
            local line current=${COMP_WORDS[COMP_CWORD]} words=() i
            # bash cuts words at = and :, inro does not: join them again
            for ((i = 1; i <= COMP_CWORD; i++)); do
                if [[ ${COMP_WORDS[i]} == [=:]* || ${words[-1]-} == *[=:] ]] && ((${#words[@]})) && [[ ${COMP_LINE} != *" ${COMP_WORDS[i]}" || ${COMP_WORDS[i]} == [=:]* ]]; then
                    words[-1]+=${COMP_WORDS[i]}
                else
                    words+=("${COMP_WORDS[i]}")
                fi
            done
            local joined=${words[-1]-} cut=
            cut=${joined%"$current"}
            [[ $current == [=:] ]] && cut=$joined && current=
            COMPREPLY=()
            while IFS= read -r line; do
                case $line in
                    :file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
                    :directory) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
                esac
                line=${line%%$'\t'*}
                [[ $line == *= ]] && compopt -o nospace
                COMPREPLY+=("${line#"$cut"}")
            done < <(inro internal complete "${words[@]}" 2>/dev/null)
        }
        complete -F _inro inro

        """;

    private const string Zsh = """
        #compdef inro
        # Completion of inro for zsh: put it into a directory of $fpath as _inro
        _inro() {
            local line
            local -a offers
            while IFS= read -r line; do
                case $line in
                    :file) _files; return ;;
                    :directory) _files -/; return ;;
                esac
                local word=${line%%$'\t'*} text=
                [[ $line == *$'\t'* ]] && text=${line#*$'\t'}
                offers+=("${word//:/\\:}${text:+:$text}")
            done < <(inro internal complete "${(@)words[2,CURRENT]}" 2>/dev/null)
            _describe 'inro' offers
        }
        compdef _inro inro

        """;

    private const string Fish = """
        # Completion of inro for fish: put it into ~/.config/fish/completions/inro.fish
        function __inro_complete
            set -l words (commandline -opc)[2..-1] (commandline -ct)
            set -l offers (inro internal complete $words 2>/dev/null)
            switch "$offers[1]"
                case :file
                    __fish_complete_path (commandline -ct)
                case :directory
                    __fish_complete_directories (commandline -ct)
                case '*'
                    printf '%s\n' $offers
            end
        end
        complete -c inro -f -a '(__inro_complete)'

        """;
}
