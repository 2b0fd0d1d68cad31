import * as fc from 'fast-check'

const LITERALS = ['1', '-1', '0', '1.0', '1e3', '9007199254740993', '12345678901234567890', 'true', 'false', 'null']
const STRINGS = ['""', '"x"', '"a b"', '"é😀/<&>"', '"a\\"b\\\\c\\n"']

/** Objects in every layout, with ordinary spellings. */
export const jsonTexts: fc.Arbitrary<string> = fc
  .record({
    tree: fc.letrec<{ value: readonly string[]; object: readonly string[] }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(...LITERALS, ...STRINGS).map((leaf) => [leaf]),
        tie('object'),
      ),
      object: fc
        .tuple(fc.boolean(), fc.array(tie('value'), { maxLength: 4 }))
        .map(([isMap, parts]) => containerTokens(isMap, parts)),
    })).object,
    layout: fc.constantFrom('tab', 'two', 'four', 'line', 'tight', 'crlf', 'blanks'),
    end: fc.constantFrom('', '\n', ' \n\n'),
  })
  .map(({ tree, layout, end }) => layOut(tree[0] === '{' ? tree : ['{', '"k"', ':', ...tree, '}'], layout) + end)

function containerTokens(isMap: boolean, parts: readonly (readonly string[])[]): readonly string[] {
  const inner = parts.flatMap((part, index) => {
    const member = isMap ? [`"k${index}"`, ':', ...part] : part
    return index === 0 ? member : [',', ...member]
  })
  return isMap ? ['{', ...inner, '}'] : ['[', ...inner, ']']
}

function layOut(tokens: readonly string[], layout: string): string {
  if (layout === 'tight') return tokens.join('')
  if (layout === 'line') return tokens.join('').replaceAll('":', '": ').replaceAll(',"', ', "')
  if (layout === 'blanks') return ` ${tokens.join(' ')}`
  const indent = layout === 'tab' ? '\t' : layout === 'two' || layout === 'crlf' ? 2 : 4
  const compact = tokens.join('')
  const numbers: string[] = []
  const marked = compact.replaceAll(/(?<=[[:,])-?\d[\d.e]*(?=[\],}])/g, (literal) => {
    numbers.push(literal)
    return `"#${numbers.length - 1}#"`
  })
  const text = JSON.stringify(JSON.parse(marked), null, indent).replaceAll(
    /"#(\d+)#"/g,
    (_, index) => numbers[Number(index)] ?? '',
  )
  return layout === 'crlf' ? text.replaceAll('\n', '\r\n') : text
}
