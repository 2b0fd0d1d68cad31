import { SecretsError } from '../core/errors.ts'
import { DEFAULT_SELECTION } from '../core/metadata-model.ts'
import { selectionOf } from '../core/selection.ts'
import type { Project } from '../project/model.ts'
import type { SealingRule } from '../project/seal-new-file.ts'

/** The options that say how a file outside any environment is encrypted, with the words of `.secretsrc`. */
export interface SealingValues {
  readonly recipient: readonly string[]
  readonly only: string | undefined
  readonly except: string | undefined
  readonly onlySuffix: string | undefined
  readonly exceptSuffix: string | undefined
  readonly onlyComment: string | undefined
  readonly exceptComment: string | undefined
  readonly mac: 'all' | 'encrypted' | undefined
}

/**
 * The rule that the options spell; undefined when none of them is given. A recipient is a name of the configuration or a key.
 * Throws `SELECTION_INVALID` for more than one selector, `NO_RECIPIENTS` without any recipient.
 */
export function sealingRuleOf(values: SealingValues, project: Project | undefined): SealingRule | undefined {
  const fields = {
    encrypted_regex: values.only,
    unencrypted_regex: values.except,
    encrypted_suffix: values.onlySuffix,
    unencrypted_suffix: values.exceptSuffix,
    encrypted_comment_regex: values.onlyComment,
    unencrypted_comment_regex: values.exceptComment,
  }
  const given = Object.entries(fields).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))
  if (values.recipient.length === 0) {
    if (given.length === 0 && values.mac === undefined) return undefined
    throw new SecretsError('NO_RECIPIENTS', 'a selection without anybody to encrypt to', {
      hint: 'name recipients with --recipient; for the files of an environment the configuration says what is encrypted',
    })
  }
  return {
    groups: [values.recipient.map((recipient) => project?.recipients.get(recipient)?.reference ?? recipient)],
    threshold: 0,
    selection: given.length === 0 ? DEFAULT_SELECTION : selectionOf(Object.fromEntries(given)),
    macOnlyEncrypted: values.mac === 'encrypted',
  }
}
