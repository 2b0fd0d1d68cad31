import { canonicalText, type Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'

/** A tree as JSON (RFC 8259), indented; ends without a line break. Numbers keep all their digits, null is null, times are texts. */
export function jsonText(tree: PlainValue, indent = ''): string {
  if (isScalar(tree)) return scalarText(tree)
  const inner = `${indent}  `
  const parts =
    tree.kind === 'list'
      ? tree.elements.map((element) => jsonText(element, inner))
      : tree.entries.map(([key, child]) => `${JSON.stringify(key)}: ${jsonText(child, inner)}`)
  const [open, close] = tree.kind === 'list' ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return `${open}${close}`
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`
}

function scalarText(value: Scalar): string {
  const text = canonicalText(value)
  if (value.type === 'null') return 'null'
  if (value.type === 'bool') return text === 'True' ? 'true' : 'false'
  return value.type === 'int' || value.type === 'float' ? text : JSON.stringify(text)
}
