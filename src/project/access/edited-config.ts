import { SecretsError } from '../../core/errors.ts'
import type { FileChange } from '../file-change.ts'
import type { Project } from '../model.ts'
import { readFileContent } from '../read-file.ts'
import { readSecretsrc } from '../read-secretsrc.ts'

/** A configuration after an edit. Nothing is written yet. */
export interface EditedConfig {
  readonly project: Project
  /** What writes it; undefined when nothing changes. */
  readonly change: FileChange | undefined
}

/**
 * Edits the text of a project's configuration. Throws `USAGE` for a `.sops.yaml`, which is read and never written;
 * `CONFIG_INVALID`, `READ_FAILED`, and what `edit` throws.
 */
export async function editConfig(project: Project, edit: (text: string) => Promise<string>): Promise<EditedConfig> {
  if (project.source === 'sops') {
    throw new SecretsError('USAGE', 'the configuration is a .sops.yaml, which is not changed by secrets', {
      place: { file: project.file },
      hint: 'edit it and run "secrets sync", or turn it into a .secretsrc: secrets init --from .sops.yaml',
    })
  }
  const { bytes } = await readFileContent(project.file, { root: project.root })
  const before = Buffer.from(bytes).toString('utf8')
  const text = await edit(before)
  if (text === before) return { project, change: undefined }
  const content = Buffer.from(text, 'utf8')
  return {
    project: await readSecretsrc(content, project.file),
    change: { path: project.file, content, expects: bytes, protection: 'shared' },
  }
}
