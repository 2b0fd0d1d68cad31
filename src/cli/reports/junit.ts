import type { Findings, ReportedProblem, ReportFormat } from '../report-format.ts'

/** JUnit's XML, which nearly every CI system shows: a failed test case for each problem, a passed one where there is none. */
export const report: ReportFormat = {
  name: 'junit',
  summary: 'XML of JUnit, for test reports',
  render: (findings) => {
    const { problems, command } = findings
    const count = Math.max(1, problems.length)
    const numbers = `tests="${count}" failures="${problems.length}" errors="0"`
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="secrets" ${numbers}>`,
      `  <testsuite name="secrets ${command}" ${numbers} skipped="0">`,
      ...(problems.length === 0 ? [passed(findings)] : problems.map(failed)),
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n')
  },
}

function passed({ command, summary }: Findings): string {
  return `    <testcase classname="secrets.${command}" name="${escaped(summary)}"/>`
}

function failed({ uri, line, path, rule, message, hint, commit }: ReportedProblem): string {
  const place = line === undefined ? uri : `${uri}:${line}`
  const name = [commit?.slice(0, 10), place, path].filter((part) => part !== undefined && part !== '').join(': ')
  return [
    `    <testcase classname="${escaped(rule)}" name="${escaped(name)}" file="${escaped(uri)}">`,
    `      <failure type="${escaped(rule)}" message="${escaped(message)}">${escaped(hint ?? message)}</failure>`,
    '    </testcase>',
  ].join('\n')
}

/** What XML 1.0 cannot hold at all is replaced; the rest is spelled out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[<>&"'\n\r\t]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
