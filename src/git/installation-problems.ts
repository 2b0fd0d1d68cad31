/** What keeps git from encrypting and decrypting in a clone: for `doctor`, `status` and `install --check`. */
import { stat } from 'node:fs/promises'
import type { Project } from '../project/model.ts'
import { attributesState } from './attributes.ts'
import { configValues, DRIVER, quotedWords } from './local-config.ts'
import { plainBlobs } from './plain-blobs.ts'
import type { GitOptions } from './run-git.ts'

/** Something that keeps git from encrypting, and what mends it. */
export interface InstallationProblem {
  readonly problem: string
  readonly hint: string
  /** Set where nothing is wrong but that nobody ran `install` here. */
  readonly missing?: true
}

/** What is not as `install` would leave it: drivers, the programs that they name, attributes. */
export async function installationProblems(
  project: Project,
  top: string,
  git: GitOptions,
): Promise<readonly InstallationProblem[]> {
  const problems: InstallationProblem[] = []
  const hint = 'run "secrets install"'
  const [command] = (await configValues(`filter.${DRIVER}.process`, git)).slice(-1)
  if (command === undefined) {
    problems.push({ problem: 'git does not encrypt or decrypt anything in this clone', hint, missing: true })
  }
  const gone = command === undefined ? [] : await missingPrograms(command)
  for (const path of gone) problems.push({ problem: `git is to start ${path}, which is not there any more`, hint })
  const required = (await configValues(`filter.${DRIVER}.required`, git)).at(-1) === 'true'
  if (command !== undefined && !required) {
    problems.push({ problem: 'git would store files in clear when encrypting them fails', hint })
  }
  const { state, file } = await attributesState(project, top)
  if (state !== 'current') {
    problems.push({
      problem: `${file} does not name the files of all environments`,
      hint,
      ...(state === 'missing' ? { missing: true } : {}),
    })
  }
  const plain = await plainBlobs(project, { ...git, cwd: top })
  return [...problems, ...(plain.length === 0 ? [] : [plainProblem(plain)])]
}

/** Git does not look at a file again that it believes to be unchanged, whatever filter it got since. */
export function plainProblem(plain: readonly string[]): InstallationProblem {
  const [first = '', ...others] = plain
  return {
    problem:
      others.length === 0
        ? `git has ${first} in clear`
        : `git has ${plain.length} secret files in clear: ${plain.join(', ')}`,
    hint: 'run "git add --renormalize ." and commit; what was committed in clear is to be changed at its source',
  }
}

async function missingPrograms(command: string): Promise<readonly string[]> {
  const paths = quotedWords(command)
  const there = await Promise.all(paths.map(exists))
  return paths.filter((_, index) => there[index] === false)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
