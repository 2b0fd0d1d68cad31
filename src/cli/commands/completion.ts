import { type Command, defineCommand } from '../command.ts'
import { SHELL_SCRIPTS, SHELLS } from '../completion/shell-scripts.ts'

/** `secrets completion` */
export const command: Command = defineCommand({
  name: 'completion',
  group: 'shell',
  summary: 'print a script that completes command lines',
  description: [
    'Completes commands, options, environments, recipients, files, formats and the paths inside a file. No key is needed: the names in a secret file are in clear.',
  ],
  examples: [
    { line: 'eval "$(secrets completion bash)"', description: 'in ~/.bashrc; zsh likewise, in ~/.zshrc' },
    { line: 'secrets completion fish | source', description: 'in ~/.config/fish/config.fish' },
  ],
  positionals: { shell: { arity: 'one', description: 'the shell', choices: SHELLS } },
  async run({ shell }, { terminal }) {
    await terminal.result(SHELL_SCRIPTS[shell])
  },
})
