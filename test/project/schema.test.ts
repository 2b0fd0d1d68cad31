import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { projectRoot } from '../support/imports.ts'
import { suite } from '../support/suite.ts'
import { invalidConfigs, validConfigs } from './secretsrc-cases.ts'

function compile(): ValidateFunction {
  const schema: unknown = JSON.parse(readFileSync(join(projectRoot, 'schema.json'), 'utf8'))
  if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object')
  return new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(schema)
}

suite('schema', (test) => {
  const validate = compile()

  test('takes the example', () => {
    const value: unknown = parse(readFileSync(join(projectRoot, '.secretsrc.example'), 'utf8'))
    assert.ok(validate(value), JSON.stringify(validate.errors))
  })

  for (const [name, text] of Object.entries(validConfigs)) {
    test(`takes ${name}`, () => assert.ok(validate(parse(text)), JSON.stringify(validate.errors)))
  }

  for (const [name, { text, schema }] of Object.entries(invalidConfigs)) {
    if (schema) test(`refuses ${name}`, () => assert.not(validate(parse(text))))
  }
})
