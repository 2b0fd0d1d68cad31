import { installationProblems } from '../../git/installation-problems.ts'
import { findRepository } from '../../git/repository.ts'
import { type Check, type Finding, problemOf } from './finding.ts'

/** Whether git encrypts and decrypts by itself, and whether what it is to start is still there. */
export const git: Check = {
  topic: 'git',
  find: async ({ context, project }) => {
    const { cwd, env } = context
    const found = await findRepository({ cwd, env }).catch(() => undefined)
    if (found?.top === undefined || project === undefined) return []
    try {
      const problems = await installationProblems({ project, top: found.top }, { hooks: true }, { env })
      if (problems.length === 0) return [{ state: 'ok', message: 'git is set up for the files of all environments' }]
      // Files that lie encrypted in the work tree can do without, as long as nobody has asked for it.
      const needed = project.environments.some(({ checkout }) => checkout === 'decrypted')
      const state = needed || problems.some(({ missing }) => missing === undefined) ? 'problem' : 'note'
      return problems.map(({ problem, hint }): Finding => ({ state, message: problem, mend: hint }))
    } catch (error) {
      return [problemOf(error)]
    }
  },
}
