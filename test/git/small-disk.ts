/** A repository on a disk that can be filled. */
import { appendFileSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../support/run-program.ts'
import type { TestContext } from '../support/suite.ts'
import { movedTo, type SecretRepository } from './secret-repository.ts'

export interface SmallDisk {
  readonly repository: SecretRepository
  /** Leaves not a byte. */
  readonly fill: () => void
  readonly free: () => void
}

const SIZE = '8m'

/** Copies a repository to a disk of its own. The test is skipped where none can be mounted. */
export async function onSmallDisk({ onCleanup, skip }: TestContext, repository: SecretRepository): Promise<SmallDisk> {
  const folder = join(repository.folder, '..', 'small')
  if (process.platform !== 'linux' || process.getuid?.() !== 0) skip('only root can mount a disk')
  mkdirSync(folder)
  const options = { cwd: join(folder, '..'), env: { PATH: process.env['PATH'] ?? '' } }
  const mounted = await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'none', folder], options)
  if (mounted.status !== 0) skip(`no disk can be mounted: ${mounted.stderr}`)
  onCleanup(async () => {
    await runProgram('umount', ['--lazy', folder], options)
  })
  cpSync(repository.folder, folder, { recursive: true, preserveTimestamps: true })
  const filler = join(folder, '.git', 'filler')
  return {
    repository: movedTo(repository, folder),
    fill: () => {
      for (const size of [65_536, 4096, 1]) fillBy(filler, size)
    },
    free: () => rmSync(filler),
  }
}

function fillBy(file: string, size: number): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(size))
  } catch {
    // Full.
  }
}
