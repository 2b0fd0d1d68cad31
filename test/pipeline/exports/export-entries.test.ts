import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../../src/core/errors.ts'
import { abilitiesOf, exportEntries } from '../../../src/pipeline/exports/export-entries.ts'
import type { ExportEntry, ExportOptions } from '../../../src/pipeline/exports/export-format.ts'
import {
  allExportFormats,
  exportFormatNamed,
  exportFormatNames,
} from '../../../src/pipeline/exports/find-export-format.ts'
import { suite } from '../../support/suite.ts'
import { entry } from './entries.ts'

async function refused(
  name: string,
  entries: readonly ExportEntry[],
  options: ExportOptions = {},
): Promise<SecretsError> {
  try {
    await exportEntries(await exportFormatNamed(name), entries, options)
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error('not refused')
}

suite('exporting entries', (test) => {
  test('names every entry that cannot be held, with file, path, reason and what holds them', async () => {
    const entries = [entry(['db', 'cert'], 'm4rker\n'), entry('fine', 'x'), entry(['list', 0], '"m4rker"', 'b.env')]
    const error = await refused('dotenv', entries, { dialect: 'docker' })
    assert.is(error.code, 'UNREPRESENTABLE')
    assert.is(error.message, '2 values cannot be written as dotenv (docker) so that the same is read back')
    assert.equal(error.details, [
      'a.yaml: db.cert: it has more than one line, which docker has no notation for',
      'b.env: list[0]: it stands in quotes, which some versions of docker take off',
    ])
    assert.match(error.hint ?? '', /^what holds them: --dialect npm, --dialect node,/)
    assert.match(error.hint ?? '', /; secrets run hands over any text; --except leaves entries out$/)
    assert.not.match(JSON.stringify(error), /m4rker/)
  })

  test('offers other formats of the same shape, and only such as hold all that was refused', async () => {
    const error = await refused('cmd', [entry('a', '100%'), entry('b', '')])
    assert.match(error.hint ?? '', /^what holds them: --format direnv, --format /)
    assert.not.match(error.hint ?? '', /powershell|tfvars|kubernetes/)
    const none = await refused('sh', [entry('a', 'x\0y')])
    assert.match(none.message, /^a value cannot be written as sh/)
    assert.match(none.hint ?? '', /secrets run|what holds it/)
  })

  test('takes the options of the format, and no others', async () => {
    const options: readonly (readonly [string, ExportOptions, RegExp, RegExp])[] = [
      ['json', { dialect: 'portable' }, /--dialect and --portable are not for json/, /json takes no options/],
      ['dotenv', { namespace: 'x' }, /--namespace is not for dotenv/, /dotenv takes --dialect/],
      ['dotenv', { dialect: 'perl' }, /dotenv has no dialect "perl"/, /npm, node, dotenvx/],
    ]
    for (const [name, given, message, hint] of options) {
      const error = await refused(name, [], given)
      assert.is(error.code, 'USAGE')
      assert.match(error.message, message)
      assert.match(error.hint ?? '', hint)
    }
  })

  test('knows its formats by name', async () => {
    assert.is(await exportFormatNamed('jsom').catch((error: SecretsError) => error.hint), 'did you mean json?')
    assert.is(await exportFormatNamed('x').catch((error: SecretsError) => error.code), 'UNKNOWN_FORMAT')
    for (const format of await allExportFormats()) {
      assert.ok(exportFormatNames().includes(format.name))
      assert.match(format.summary, /^[^A-Z].{5,80}[^.]$|^\.env/)
    }
  })

  test('asks for names of variables, for any names, or for trees', async () => {
    assert.equal(abilitiesOf(await exportFormatNamed('sh')), { naming: 'variables' })
    assert.equal(abilitiesOf(await exportFormatNamed('json')), { naming: 'tree' })
    assert.equal(abilitiesOf(await exportFormatNamed('kubernetes')), { naming: 'free', bytes: true })
  })
})
