import { execFile } from 'node:child_process'
import { gitVersion } from '../../git/git-client.ts'
import type { CommandContext } from '../context.ts'
import { packageVersion } from '../version.ts'
import type { Check, Finding } from './finding.ts'

/** Milliseconds that a program has to say its version. */
const PATIENCE = 5000

/** Which programs there are. */
export const programs: Check = {
  topic: 'programs',
  find: async ({ context }) => {
    const [git, sops] = await Promise.all([gitVersion(context), sopsVersion(context)])
    return [
      { state: 'ok', message: `secrets ${packageVersion()}, node ${process.versions.node}` },
      gitFinding(git),
      { state: 'note', message: sops === undefined ? 'sops is not installed, and not needed' : `sops ${sops}` },
    ]
  },
}

function gitFinding(version: string | undefined): Finding {
  if (version !== undefined) return { state: 'ok', message: `git ${version}` }
  return { state: 'note', message: 'git is not in the PATH: secrets diff needs it' }
}

/** `sops 3.13.3` and more behind it; it would ask the network for newer ones. */
function sopsVersion({ env, cwd }: CommandContext): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('sops', ['--version', '--disable-version-check'], { env, cwd, timeout: PATIENCE }, (error, stdout) => {
      resolve(error === null ? /^sops (\S+)/.exec(stdout)?.[1] : undefined)
    })
  })
}
