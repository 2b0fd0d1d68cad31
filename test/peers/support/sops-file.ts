import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What `plain.json` holds, as sops writes it. */
export const PLAIN: string = '{\n\t"password": "hunter2"\n}\n'

/** sops in a folder of its own, with nothing in its environment but what the test says. */
export interface SopsFolder {
  readonly folder: string
  run(...args: readonly string[]): Promise<ProgramResult>
  /** Runs sops and fails with its output when its status is not 0. */
  mustRun(...args: readonly string[]): Promise<string>
  /** The entries of one of sops's lists in a JSON file of the folder. */
  entries(file: string, list: string): readonly KeyEntry[]
  /** Puts entries in the place of those of a list. */
  replaceEntries(file: string, entries: readonly KeyEntry[]): void
}

/** A new folder with `plain.json`; the test is skipped where sops is missing. */
export function sopsFolder(context: TestContext, env: Readonly<Record<string, string>>): SopsFolder {
  const sops = needPeer('sops', context)
  const folder = temporaryFolder(context)
  writeFileSync(join(folder, 'plain.json'), PLAIN)
  const options = { cwd: folder, env: isolatedEnvironment(folder, { SOPS_DISABLE_VERSION_CHECK: '1', ...env }) }
  const run = (...args: readonly string[]): Promise<ProgramResult> => runProgram(sops, args, options)
  return {
    folder,
    run,
    mustRun: async (...args) => {
      const { status, stdout, stderr } = await run(...args)
      if (status !== 0) throw new Error(`sops ${args.join(' ')}: status ${status}\n${stderr}`)
      return stdout
    },
    entries: (file, list) => metadataOf(join(folder, file))[list]?.map((fields) => ({ kind: list, fields })) ?? [],
    replaceEntries: (file, entries) => {
      const document: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      for (const { kind } of entries) {
        Object.assign(sopsOf(document), {
          [kind]: entries.filter((one) => one.kind === kind).map(({ fields }) => fields),
        })
      }
      writeFileSync(join(folder, file), JSON.stringify(document))
    },
  }
}

/** A file that sops made, encrypted as `args` say. */
export async function sopsEncrypts(sops: SopsFolder, file: string, ...args: readonly string[]): Promise<void> {
  writeFileSync(join(sops.folder, file), await sops.mustRun('encrypt', ...args, 'plain.json'))
}

function metadataOf(path: string): Record<string, KeyEntry['fields'][]> {
  return sopsOf(JSON.parse(readFileSync(path, 'utf8'))) as Record<string, KeyEntry['fields'][]>
}

function sopsOf(document: unknown): object {
  if (typeof document !== 'object' || document === null || !('sops' in document)) throw new Error('no metadata')
  const { sops } = document
  if (typeof sops !== 'object' || sops === null) throw new Error('no metadata')
  return sops
}
