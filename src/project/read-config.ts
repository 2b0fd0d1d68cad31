/** Reading a configuration that was found: all that needs the YAML package is behind this file, which is loaded when needed. */
import { parseConfigYaml } from './config-yaml.ts'
import type { Project } from './model.ts'
import { readSecretsrc } from './read-secretsrc.ts'
import { readSopsConfig } from './read-sops-config.ts'

/** Where a configuration is, and how messages call it. */
export interface ConfigFile {
  /** Absolute path. */
  readonly file: string
  readonly shown: string
}

/** The project that a configuration describes. Throws `CONFIG_INVALID`, `LIMIT_EXCEEDED`. */
export async function readConfigOf(source: Project['source'], content: Uint8Array, at: ConfigFile): Promise<Project> {
  return (source === 'sops' ? readSopsConfig : readSecretsrc)(content, at.file, at.shown)
}

/** Whose configuration a file of any name is: by what only sops's has. Throws as `readConfigOf`. */
export function sourceOfContent(content: Uint8Array, file: string): Project['source'] {
  const root = parseConfigYaml(content, { file, aliases: 'resolve' })
  const keys = root.kind === 'map' ? root.entries.map((entry) => entry.key) : []
  return keys.includes('creation_rules') ? 'sops' : 'secretsrc'
}
