/** Making one clone, or all of a user's, encrypt and decrypt by itself; and taking that back. */
import { rm } from 'node:fs/promises'
import type { Project } from '../project/model.ts'
import { writeFiles } from '../project/write-files.ts'
import { attributesRemoval, attributesState } from './attributes.ts'
import {
  type ConfigScope,
  type ConfigSetting,
  configValues,
  DRIVER_KEYS,
  LOCKED_KEY,
  setConfigValues,
} from './local-config.ts'
import type { GitOptions } from './run-git.ts'

/** Sets what differs in git's configuration. Gives the keys. Throws `GIT_FAILED`. */
export async function installSettings(
  settings: readonly ConfigSetting[],
  options: GitOptions & { readonly scope: ConfigScope },
): Promise<readonly string[]> {
  const changed: string[] = []
  for (const { key, value } of settings) {
    const present = await configValues(key, options, options.scope)
    if (present.length === 1 && present[0] === value) continue
    await setConfigValues(key, [value], options)
    changed.push(key)
  }
  return changed
}

/** Takes our settings away; gives the keys that were there. Throws `GIT_FAILED`. */
export async function removeSettings(
  options: GitOptions & { readonly scope: ConfigScope },
): Promise<readonly string[]> {
  const removed: string[] = []
  for (const key of [...DRIVER_KEYS, ...(options.scope === 'local' ? [LOCKED_KEY] : [])]) {
    if ((await configValues(key, options, options.scope)).length === 0) continue
    await setConfigValues(key, [], options)
    removed.push(key)
  }
  return removed
}

/** Writes our lines of `.gitattributes` where they differ; gives the file if it was written. Throws as `writeFiles`. */
export async function installAttributes(project: Project, top: string): Promise<string | undefined> {
  const { change } = await attributesState(project, top)
  if (change !== undefined) await writeFiles([change], { root: top })
  return change?.path
}

/** Takes our lines out of a `.gitattributes` (absolute), and the file away that held nothing else. Gives whether there were any. */
export async function removeAttributes(path: string, top: string): Promise<boolean> {
  const removal = await attributesRemoval(path)
  if (removal === undefined) return false
  const { content, expects } = removal
  if (content === undefined) await rm(path)
  else await writeFiles([{ path, content, expects, protection: 'shared' }], { root: top })
  return true
}
