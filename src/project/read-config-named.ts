import type { Project } from './model.ts'

/**
 * The project that a configuration describes, by the name of its file (absolute; it need not exist): as a commit has it, for instance. The
 * parser is loaded by the first. Throws `CONFIG_INVALID`, `LIMIT_EXCEEDED`.
 */
export async function readConfigNamed(content: Uint8Array, file: string): Promise<Project> {
  const { readConfigOf } = await import('./read-config.ts')
  return readConfigOf(file.endsWith('.sops.yaml') ? 'sops' : 'secretsrc', content, { file, shown: file })
}
