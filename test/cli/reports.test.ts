import { readFileSync } from 'node:fs'
import { Ajv, type AnySchemaObject } from 'ajv'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Findings, ReportedProblem } from '../../src/cli/report-format.ts'
import { reports } from '../../src/cli/reports/registry.ts'
import { suite } from '../support/suite.ts'
import { junitProblems, readWorkflowCommand } from './report-readers.ts'

const OPTIONS = { version: '1.2.3', paint: (_style: string, text: string): string => text }

const FINDINGS: Findings = {
  command: 'check',
  problems: [
    {
      rule: 'plain-value',
      message: 'is in clear',
      hint: 'do this\nand that',
      file: '../a b,1.yaml',
      uri: 'x/a b,1.yaml',
      line: 3,
      column: 7,
      path: 'a."<b>"',
    },
    {
      rule: 'plain-file',
      message: '100% \u0007 & "so"',
      file: 'c.yaml',
      uri: 'c.yaml',
      commit: '0123456789abcdef0123456789abcdef01234567',
    },
  ],
  rules: { 'plain-value': 'A value.', 'plain-file': 'A file.' },
  summary: '2 problems',
  counts: { files: 2 },
}

const NOTHING: Findings = { ...FINDINGS, problems: [], summary: 'no problems' }

async function render(name: string, findings: Findings = FINDINGS): Promise<string> {
  const report = await reports.find((entry) => entry.name === name)?.load()
  if (report === undefined) throw new Error(name)
  return report.render(findings, OPTIONS)
}

/** SARIF's own schema, of which Ajv need not know where it is from. */
function sarifSchema(): AnySchemaObject {
  const file = new URL('../fixtures/sarif/sarif-2.1.0-rtm.5.json', import.meta.url)
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8'))
  return schema
}

const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })

/** Findings with anything that names of files and entries can be. */
const anyFindings = fc
  .array(
    fc.record(
      {
        rule: fc.constantFrom('plain-value', 'plain-file'),
        message: anyText,
        hint: anyText,
        file: anyText,
        uri: anyText,
        line: fc.integer({ min: 1, max: 1e9 }),
        column: fc.integer({ min: 1, max: 1e9 }),
        path: anyText,
        commit: fc.constant('0123456789abcdef0123456789abcdef01234567'),
      },
      { requiredKeys: ['rule', 'message', 'file', 'uri'] },
    ),
    { maxLength: 3 },
  )
  .map((problems): Findings => ({ ...FINDINGS, problems: problems as readonly ReportedProblem[] }))

const RUNS = 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

async function checkJunit(findings: Findings): Promise<void> {
  assert.equal(junitProblems(await render('junit', findings)), [])
}

async function checkGithub(findings: Findings): Promise<void> {
  const lines = (await render('github', findings)).split('\n')
  assert.is(lines.length, findings.problems.length + 2)
  const commands = lines.slice(0, findings.problems.length).map(readWorkflowCommand)
  assert.equal(
    commands.map(({ properties }) => [properties['file'], properties['line'], properties['title']]),
    findings.problems.map(({ uri, line, rule }) => [uri, line?.toString(), `secrets: ${rule}`]),
  )
  for (const [index, { message, hint }] of findings.problems.entries()) {
    assert.ok(commands[index]?.message.endsWith(hint === undefined ? message : `${message}\n${hint}`))
  }
}

suite('reports', (test) => {
  test('text: places, hints below, control characters spelled out', async () => {
    const expected = [
      '../a b,1.yaml:3:7: a."<b>": is in clear (plain-value)',
      '  hint: do this\\nand that',
      '0123456789: c.yaml: 100% \\x07 & "so" (plain-file)',
      '2 problems',
      '',
    ]
    assert.is(await render('text'), expected.join('\n'))
    assert.is(await render('text', NOTHING), 'no problems\n')
  })

  test('json: every problem with the file from the top of the repository, and the numbers', async () => {
    assert.equal(JSON.parse(await render('json')), { problems: FINDINGS.problems, files: 2 })
  })

  test('github: what would end a property or a line is escaped', async () => {
    const [first, second, third] = (await render('github')).split('\n')
    assert.is(
      first,
      '::error file=x/a b%2C1.yaml,line=3,col=7,title=secrets%3A plain-value::a."<b>": is in clear%0Ado this%0Aand that',
    )
    assert.is(second, '::error file=c.yaml,title=secrets%3A plain-file::0123456789: 100%25 \u0007 & "so"')
    assert.is(third, '2 problems')
  })

  test('junit: well-formed whatever the names hold, and a passed case where nothing was found', async () => {
    const xml = await render('junit')
    assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="secrets" tests="2" failures="2"/)
    assert.match(xml, 'name="x/a b,1.yaml:3: a.&#34;&#60;b&#62;&#34;" file="x/a b,1.yaml"')
    assert.match(xml, 'message="100% \ufffd &#38; &#34;so&#34;"')
    const tags = [...xml.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)]
    assert.is(
      tags.filter(([, close]) => close === '/').length,
      tags.filter(([, close, , empty]) => close === '' && empty === '').length,
    )
    assert.match(await render('junit', NOTHING), 'tests="1" failures="0"')
    assert.match(await render('junit', NOTHING), '<testcase classname="secrets.check" name="no problems"/>')
  })

  test('sarif: all that code scanning asks for, rules by index, fingerprints without lines', async () => {
    const log = JSON.parse(await render('sarif'))
    assert.is(log.version, '2.1.0')
    const [run] = log.runs
    assert.is(run.tool.driver.name, 'secrets')
    assert.is(run.tool.driver.semanticVersion, '1.2.3')
    for (const result of run.results) {
      assert.is(run.tool.driver.rules[result.ruleIndex].id, result.ruleId)
      assert.ok(result.message.text.length > 0)
      const { artifactLocation, region } = result.locations[0].physicalLocation
      assert.ok(region.startLine >= 1)
      assert.not.ok(/[ \\]|^\//.test(artifactLocation.uri), artifactLocation.uri)
      assert.match(result.partialFingerprints.secretsProblem, /^[0-9a-f]{64}$/)
    }
    const moved = { ...FINDINGS, problems: FINDINGS.problems.map((problem) => ({ ...problem, line: 99 })) }
    const again = JSON.parse(await render('sarif', moved))
    const prints = (of: typeof log): string[] =>
      of.runs[0].results.map(
        (result: { partialFingerprints: { secretsProblem: string } }) => result.partialFingerprints.secretsProblem,
      )
    assert.equal(prints(again), prints(log))
    assert.equal(JSON.parse(await render('sarif', NOTHING)).runs[0].results, [])
  })

  test('sarif: fits the schema of SARIF, whatever names hold', async () => {
    const fits = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(sarifSchema())
    assert.not.ok(fits({ version: '2.1.0', runs: [{ results: [] }] }), 'the schema asks for nothing')
    const report = async (findings: Findings): Promise<void> => {
      const log = JSON.parse(await render('sarif', findings))
      assert.ok(fits(log), JSON.stringify(fits.errors))
      for (const { locations } of log.runs[0].results) {
        const { uri } = locations[0].physicalLocation.artifactLocation
        assert.ok(URL.canParse(uri, 'file:///root/'), uri)
      }
    }
    for (const findings of [FINDINGS, NOTHING]) await report(findings)
    await fc.assert(fc.asyncProperty(anyFindings, report), { numRuns: RUNS })
  })

  test('junit: fits the rules that readers of JUnit share, whatever names hold', async () => {
    assert.is.not(junitProblems('<testsuites tests="1"><testsuite/></testsuites>').length, 0)
    for (const findings of [FINDINGS, NOTHING]) await checkJunit(findings)
    await fc.assert(fc.asyncProperty(anyFindings, checkJunit), { numRuns: RUNS })
  })

  test('github: a command for each problem, one in each line, that the runner reads back', async () => {
    for (const findings of [FINDINGS, NOTHING]) await checkGithub(findings)
    await fc.assert(fc.asyncProperty(anyFindings, checkGithub), { numRuns: RUNS })
  })
})
