import { relative } from 'node:path'
import type { LikelyFile } from '../../project/find-likely-files.ts'
import type { Project } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'
import { tellSetUp } from '../install/set-up-lines.ts'
import type { OfferedSetUp } from './offer-install.ts'
import type { OwnKey } from './own-key.ts'

/** What `secrets init` made. */
export interface InitResult {
  readonly project: Project
  /** Files that the new configuration names; of a conversion none is looked for. */
  readonly files: readonly LikelyFile[]
  readonly own: OwnKey | undefined
  readonly setUp: OfferedSetUp
}

/** Says what was made and what to type next; with `--json` the same for programs. */
export async function printResult(result: InitResult, context: CommandContext): Promise<void> {
  const { project, files, own } = result
  const { terminal, cwd } = context
  const shown = shownPath(cwd, project.file)
  if (context.json) {
    await terminal.json({
      file: shown,
      environments: project.environments.map(({ name }) => name),
      recipients: [...project.recipients.keys()],
      files: files.map(({ path }) => path),
      newKeyFile: own?.madeIn ?? null,
      installed: result.setUp.kind === 'done',
    })
    return
  }
  terminal.note(`wrote ${shown}: ${project.environments.map(({ name }) => name).join(', ')}`)
  if (own?.madeIn !== undefined)
    terminal.note(`your new secret key is in ${own.madeIn}: keep a copy of it in a safe place`)
  if (result.setUp.kind === 'done') tellSetUp(result.setUp.setUp, project, context)
  await terminal.line(nextSteps(result, shown, relative(project.root, cwd) === '').join('\n'))
}

function nextSteps({ project, files, own, setUp }: InitResult, shown: string, atRoot: boolean): readonly string[] {
  const plain = files.filter(({ isEncrypted }) => !isEncrypted).length
  const [environment] = project.environments
  const first = environment?.patterns.find(({ kind }) => kind === 'glob')?.text ?? ''
  const steps: (readonly [string, string])[] = [[shown, 'look through it: who reads what']]
  if (plain > 0)
    steps.push(['secrets encrypt', plain === 1 ? 'encrypt the file in place' : `encrypt the ${plain} files in place`])
  else if (first.includes('*') && atRoot)
    steps.push([`secrets edit ${first.replace(/\.\*$/, '.yaml')}`, 'make the first secret file'])
  if (setUp.kind === 'declined') steps.push(['secrets install', 'let git encrypt what is added, and show and merge it'])
  steps.push(['secrets status', 'see what is as it should be'])
  if (own?.madeIn !== undefined || project.recipients.size === 1) {
    steps.push(['secrets keygen', 'for each colleague and runner: its public key goes into the configuration'])
  }
  const width = Math.max(...steps.map(([line]) => line.length))
  return ['next:', ...steps.map(([line, what]) => `  ${line.padEnd(width)}  # ${what}`)]
}
