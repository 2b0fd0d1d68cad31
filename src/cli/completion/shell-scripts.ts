/** The shells that complete command lines of `secrets`. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** One of them. */
export type Shell = (typeof SHELLS)[number]

/*
 * Each script asks `secrets complete -- WORD…` for lines `VALUE<tab>DESCRIPTION`; a line `:files` or `:folders`
 * asks for the shell's own completion of those besides.
 */

/**
 * bash tears words apart at `=` and `:` (COMP_WORDBREAKS) and wants only the last part back; `compopt` is
 * missing in bash 3.2, which macOS has.
 */
const BASH = String.raw`# bash completion of secrets; in ~/.bashrc: eval "$(secrets completion bash)"
_secrets() {
  local before=\${COMP_LINE:0:COMP_POINT} position=0 index word glued kept='' own='' quote='' line value files=''
  local -a words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    glued=1
    while [[ \${before:position:1} == [[:blank:]] ]]; do position=$((position + 1)) glued=0; done
    if ((index == COMP_CWORD)); then word=\${before:position}; fi
    position=$((position + \${#word}))
    own=$word
    if ((glued && index > 0)); then
      kept=\${words[\${#words[@]} - 1]}
      words[\${#words[@]} - 1]=$kept$word
    else
      kept=''
      words+=("$word")
    fi
  done
  if [[ $own == [:=] ]]; then kept=$kept$own own=''; fi
  for index in "\${!words[@]}"; do
    word=\${words[index]}
    case $word in
      [\"\']*) quote=\${word:0:1} word=\${word:1} word=\${word%"$quote"} ;;
      *) quote='' word=\${word//\\/} ;;
    esac
    words[index]=$word
  done
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) files=-f ;;
      :folders) files=-d ;;
      *) value=\${line%%$'\t'*} COMPREPLY+=("\${value#"$kept"}") ;;
    esac
  done < <(secrets complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$files" -- "\${own#[\"\']}")
  elif [[ -z $quote ]]; then
    for index in "\${!COMPREPLY[@]}"; do printf -v 'COMPREPLY[index]' %q "\${COMPREPLY[index]}"; done
  fi
}
complete -F _secrets secrets
`

const ZSH = String.raw`#compdef secrets
# zsh completion of secrets; in ~/.zshrc: eval "$(secrets completion zsh)", or as a file _secrets in a folder of $fpath
_secrets() {
  local line
  local -a described
  for line in "\${(@f)$(secrets complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      :files | :folders)
        [[ $PREFIX == --*=* ]] && compset -P '*='
        if [[ $line == :files ]]; then _files; else _files -/; fi
        ;;
      ?*) described+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}") ;;
    esac
  done
  ((\${#described})) && _describe -t secrets secrets described
}
if [[ \${funcstack[1]} == _secrets ]]; then
  _secrets "$@"
else
  compdef _secrets secrets
fi
`

const FISH = String.raw`# fish completion of secrets; in ~/.config/fish/config.fish: secrets completion fish | source
function __secrets_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    for line in (secrets complete -- $words "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c secrets -f -a '(__secrets_complete)'
`

/** The completion script of each shell. */
export const SHELL_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: unescaped(BASH),
  zsh: unescaped(ZSH),
  fish: unescaped(FISH),
}

/** A raw template keeps the backslash that its `\${` needs. */
function unescaped(script: string): string {
  return script.replaceAll('\\${', '${')
}
