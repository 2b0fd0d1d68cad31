import type { ListedRecipient } from '../../project/access/list-recipients.ts'
import type { Terminal } from '../terminal.ts'
import { tableLines } from './table.ts'

/** Recipients for a person: name, kind, fingerprint and environments in columns. */
export function recipientLines(
  recipients: readonly ListedRecipient[],
  paint: (style: Parameters<Terminal['paint']>[0], text: string) => string,
): readonly string[] {
  const rows = recipients.map(({ name, kind, fingerprint, environments, usable }) => {
    const reads = usable ? environments.join(', ') || 'reads nothing' : 'this key cannot be used'
    return [name, kind, fingerprint, reads]
  })
  const [head = '', ...lines] = tableLines([['NAME', 'KIND', 'FINGERPRINT', 'ENVIRONMENTS'], ...rows])
  return [paint('faint', head), ...lines]
}
