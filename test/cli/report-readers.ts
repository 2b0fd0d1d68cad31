/** Reports as the machines read them that they are for. */

/** A workflow command of GitHub Actions. */
export interface WorkflowCommand {
  readonly properties: Readonly<Record<string, string | undefined>>
  readonly message: string
}

/** An `::error` as the runner of GitHub Actions reads it: the next `::` ends the properties, `,` and `=` part them. */
export function readWorkflowCommand(line: string): WorkflowCommand {
  const [, list = '', message = ''] = /^::error (.*?)::(.*)$/su.exec(line) ?? []
  const pairs = list.split(',').map((pair) => {
    const name = pair.split('=', 1)[0] ?? ''
    return [name, propertyOf(pair.slice(name.length + 1))] as const
  })
  return { properties: Object.fromEntries(pairs), message: dataOf(message) }
}

function dataOf(escaped: string): string {
  return escaped.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function propertyOf(escaped: string): string {
  return dataOf(escaped.replaceAll('%3A', ':').replaceAll('%2C', ','))
}

/** Which elements hold which, with the attributes that each must have: what the schemas in use (Jenkins, Ant, GitLab) agree on. */
const JUNIT: Readonly<Record<string, { readonly within: string; readonly needs: readonly string[] }>> = {
  testsuites: { within: '', needs: ['name', 'tests', 'failures', 'errors'] },
  testsuite: { within: 'testsuites', needs: ['name', 'tests', 'failures', 'errors', 'skipped'] },
  testcase: { within: 'testsuite', needs: ['name', 'classname'] },
  failure: { within: 'testcase', needs: ['type', 'message'] },
}

const TAG = /<(\/?)([a-z]+)((?: [a-z]+="[^<>&"]*(?:&#\d+;[^<>&"]*)*")*)(\/?)>/g

/** What XML 1.0 can hold. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

/** What is no XML 1.0, or not in the order of JUnit's elements, or has numbers that do not agree. */
export function junitProblems(xml: string): readonly string[] {
  const text = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '').replace(TAG, '')
  return [
    ...(CHARACTERS.test(xml) ? [] : ['a character that XML cannot hold']),
    ...(/[<>]|&(?!#\d+;)/.test(text) ? ['text that is not escaped'] : []),
    ...problemsOfElements(xml),
    ...problemsOfNumbers(xml),
  ]
}

function problemsOfElements(xml: string): readonly string[] {
  const problems: string[] = []
  const open: string[] = []
  for (const [, close, name = '', attributes = '', empty] of xml.matchAll(TAG)) {
    if (close === '/') {
      if (open.pop() !== name) problems.push(`</${name}> closes nothing`)
      continue
    }
    const { within, needs } = JUNIT[name] ?? { within: undefined, needs: [] }
    if (within !== (open.at(-1) ?? '')) problems.push(`<${name}> in <${open.at(-1) ?? ''}>`)
    const missing = needs.filter((need) => !attributes.includes(` ${need}="`))
    problems.push(...missing.map((need) => `<${name}> without ${need}`))
    if (empty === '') open.push(name)
  }
  return open.length === 0 ? problems : [...problems, `<${open.join('><')}> is not closed`]
}

function problemsOfNumbers(xml: string): readonly string[] {
  const [cases, failures] = [xml.split('<testcase ').length - 1, xml.split('<failure ').length - 1]
  const told = new Set(xml.match(/tests="\d+" failures="\d+"/g))
  return told.size === 1 && told.has(`tests="${cases}" failures="${failures}"`) ? [] : ['wrong numbers']
}
