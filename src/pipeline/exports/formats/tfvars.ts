import { canonicalText, type Scalar } from '../../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../../core/tree.ts'
import type { ExportFormat } from '../export-format.ts'
import { terraformProblem } from '../terraform-rules.ts'
import { valueTree } from '../value-tree.ts'

/** Variables of Terraform in its own notation. */
export const format: ExportFormat = {
  name: 'tfvars',
  summary: 'variables of Terraform (.tfvars)',
  shape: 'nested',
  problem: terraformProblem,
  write: (entries) => {
    const lines = valueTree(entries).entries.map(([name, value]) => `${name} = ${hclText(value, '')}\n`)
    return { text: lines.join('') }
  },
}

function hclText(value: PlainValue, indent: string): string {
  if (isScalar(value)) return scalarText(value)
  const inner = `${indent}  `
  if (value.kind === 'list') {
    const lines = value.elements.map((element) => `${inner}${hclText(element, inner)},\n`)
    return lines.length === 0 ? '[]' : `[\n${lines.join('')}${indent}]`
  }
  const lines = value.entries.map(([key, child]) => `${inner}${quoted(key)} = ${hclText(child, inner)}\n`)
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`
}

function scalarText(value: Scalar): string {
  const text = canonicalText(value)
  if (value.type === 'null') return 'null'
  if (value.type === 'bool') return text === 'True' ? 'true' : 'false'
  return value.type === 'int' || value.type === 'float' ? text : quoted(text)
}

/** Quotes, escapes, line ends, and what is not printable. */
const NEEDS_ESCAPE = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]/g

/**
 * A quoted template without a template in it (HCL, "Native Syntax Specification", "Quoted templates"). `$${` would do where no `$` stands before
 * it; an escaped `$` does everywhere.
 */
function quoted(text: string): string {
  const escapes = text.replace(NEEDS_ESCAPE, escaped)
  return `"${escapes.replace(/([$%]*)([$%])\{/g, (_, before: string, sign: string) => (before === '' ? `${sign}${sign}{` : `${before}${unicodeEscape(sign)}{`))}"`
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  return character === '\t' ? '\\t' : unicodeEscape(character)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
