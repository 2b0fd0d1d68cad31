import { commitNamed } from './changed-files.ts'
import type { CheckedRange } from './check-repository.ts'
import type { GitOptions } from './run-git.ts'

const NO_OBJECT = /^0+$/

/**
 * The commits that a push brings to a remote, from what git tells a pre-push hook: lines `LOCALREF OID REMOTEREF OID`.
 * What the remote has already, as far as this clone knows, is left out.
 */
export async function pushedCommits(
  input: string,
  remote: string | undefined,
  git: GitOptions,
): Promise<readonly (CheckedRange & { readonly kind: 'commits' })[]> {
  const lines = input.split('\n').map((line) => line.trim().split(' '))
  const ranges = lines.map(async ([, local = '', , remoteObject = '']) => {
    if (local === '' || NO_OBJECT.test(local)) return []
    const tip = await commitNamed(local, git)
    if (tip === undefined) return []
    const known = NO_OBJECT.test(remoteObject) ? undefined : await commitNamed(remoteObject, git)
    const others = remote === undefined || !/^[\w.-]+$/.test(remote) ? '--remotes' : `--remotes=${remote}`
    const without = known === undefined ? ['--not', others] : [`^${known}`, '--not', others]
    return [{ kind: 'commits', revisions: [tip, ...without], tip } as const]
  })
  return (await Promise.all(ranges)).flat()
}

/**
 * The commits that somebody pushes to this repository, from what git tells a pre-receive hook: lines `OLD NEW REF`. What any
 * reference has already is left out.
 */
export async function receivedCommits(
  input: string,
  git: GitOptions,
): Promise<readonly (CheckedRange & { readonly kind: 'commits' })[]> {
  const lines = input.split('\n').map((line) => line.trim().split(' '))
  const ranges = lines.map(async ([, object = '']) => {
    const tip = object === '' || NO_OBJECT.test(object) ? undefined : await commitNamed(object, git)
    return tip === undefined ? [] : [{ kind: 'commits', revisions: [tip, '--not', '--all'], tip } as const]
  })
  return (await Promise.all(ranges)).flat()
}
