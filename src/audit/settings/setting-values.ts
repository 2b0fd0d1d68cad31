import { type ConfigNode, valueOf } from '../../project/config-node.ts'
import { readMap, readText, refuseUnknownKeys } from '../../project/config-values.ts'
import type { Problems } from '../../project/problems.ts'
import type { SecretSource } from './sink-settings.ts'

/** `true` or `false`; undefined where there is nothing. */
export function readBoolean(node: ConfigNode | undefined, what: string, problems: Problems): boolean | undefined {
  if (node === undefined) return undefined
  if (node.kind === 'text' && node.plain && (node.text === 'true' || node.text === 'false')) return node.text === 'true'
  problems.add(`${what} must be true or false`, node.place)
  return undefined
}

/** `{ variable: NAME }` or `{ file: PATH }`: a secret itself does not belong into a file of settings. */
export function readSecretSource(
  node: ConfigNode | undefined,
  what: string,
  problems: Problems,
): SecretSource | undefined {
  if (node === undefined) return undefined
  if (node.kind === 'text') {
    problems.add(`${what} must not stand here itself`, node.place, `name where it is: ${what}: { variable: NAME }`)
    return undefined
  }
  const map = readMap(node, what, problems)
  if (map === undefined) return undefined
  refuseUnknownKeys(map, what, ['variable', 'file'], problems)
  const [variable, file] = [valueOf(map, 'variable'), valueOf(map, 'file')]
  if ((variable === undefined) === (file === undefined)) {
    problems.add(`${what} must name either a variable or a file`, map.place)
    return undefined
  }
  if (variable !== undefined) return named('variable', readText(variable, 'variable', problems)?.text)
  return file === undefined ? undefined : named('file', readText(file, 'file', problems)?.text)
}

function named(kind: 'variable' | 'file', text: string | undefined): SecretSource | undefined {
  if (text === undefined) return undefined
  return kind === 'variable' ? { variable: text } : { file: text }
}
