import { dirname } from 'node:path'
import type { HookOutcome } from '../../git/hooks.ts'
import { overriddenProblem, plainProblem } from '../../git/installation-problems.ts'
import type { Project } from '../../project/model.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'
import type { SetUp } from './set-up-git.ts'

/** Says what setting up a clone did, and warns of what it cannot undo. */
export function tellSetUp(setUp: SetUp, project: Project, { terminal, cwd }: CommandContext): void {
  const lines = setUpLines(setUp, cwd)
  for (const line of lines) terminal.note(line)
  if (lines.length === 0) terminal.note('everything is in place already')
  if (project.environments.some(({ checkout }) => checkout === 'decrypted')) {
    terminal.note('"secrets unlock" decrypts the files that are checked out already')
  }
  const problems = [
    ...(setUp.overridden.length === 0 ? [] : [overriddenProblem(setUp.overridden)]),
    ...(setUp.plain.length === 0 ? [] : [plainProblem(setUp.plain)]),
  ]
  for (const { problem, hint } of problems) terminal.warn(problem, hint)
}

function setUpLines({ settings, attributes, hooks }: SetUp, cwd: string): readonly string[] {
  const named = (wanted: HookOutcome['state']): readonly HookOutcome[] => hooks.filter(({ state }) => state === wanted)
  const written = named('written').map(({ name }) => name)
  const [elsewhere] = named('elsewhere')
  return [
    ...(settings.length > 0 ? ['git is set up in this clone'] : []),
    ...(attributes === undefined ? [] : [`wrote ${shownPath(cwd, attributes)}: commit it`]),
    ...(written.length === 0 ? [] : [`${written.join(' and ')} check what git takes`]),
    ...named('shared').map(({ path }) => `wrote ${shownPath(cwd, path)}: commit it`),
    ...(elsewhere === undefined
      ? []
      : [
          `your hooks are those of ${dirname(elsewhere.path)}: call "secrets hook pre-commit" and "secrets hook pre-push" there`,
        ]),
  ]
}
