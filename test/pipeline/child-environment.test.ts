import * as assert from 'uvu/assert'
import {
  type ChildEnvironment,
  type ChildEnvironmentOptions,
  childEnvironment as environmentOf,
  type GivenVariable,
} from '../../src/pipeline/child-environment.ts'
import { suite } from '../support/suite.ts'

function variable(name: string, text: string): GivenVariable {
  return { name, text }
}

function childEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  variables: readonly GivenVariable[],
  options: ChildEnvironmentOptions,
): ChildEnvironment['env'] {
  return environmentOf(inherited, variables, options).env
}

function plain(environment: ChildEnvironment['env']): Record<string, string> {
  return { ...environment }
}

const INHERITED = {
  HOME: '/home/a',
  AWS_SECRET_ACCESS_KEY: 'kept',
  VAULT_TOKEN: 'kept',
  GONE: undefined,
  SECRETS_AGE_KEY: 'k',
  SECRETS_AGE_KEY_FILE: '/k',
  SECRETS_AGE_KEY_CMD: 'c',
  SOPS_AGE_KEY: 'k',
  SOPS_AGE_SSH_PRIVATE_KEY_FILE: '/k',
  MY_OWN: 'text AGE-SECRET-KEY-1ABC',
}

suite('child environment', (test) => {
  test('holds no key that opens secret files', () => {
    assert.equal(plain(childEnvironment(INHERITED, [], { platform: 'linux' })), {
      HOME: '/home/a',
      AWS_SECRET_ACCESS_KEY: 'kept',
      VAULT_TOKEN: 'kept',
    })
  })

  test('keeps keys where that is asked for, and a key that a file gives', () => {
    const kept = childEnvironment(INHERITED, [], { platform: 'linux', keepKeys: true })
    assert.is(kept['SECRETS_AGE_KEY'], 'k')
    const given = childEnvironment(INHERITED, [variable('SOPS_AGE_KEY', 'other')], { platform: 'linux' })
    assert.is(given['SOPS_AGE_KEY'], 'other')
  })

  test('takes values of files over what is there, or leaves that', () => {
    const variables = [variable('HOME', '/x'), variable('NEW', '1')]
    const replaced = childEnvironment(INHERITED, variables, { platform: 'linux' })
    assert.equal([replaced['HOME'], replaced['NEW']], ['/x', '1'])
    const left = childEnvironment(INHERITED, variables, { platform: 'linux', keepExisting: true })
    assert.equal([left['HOME'], left['NEW']], ['/home/a', '1'])
  })

  test('on Windows has one variable for names that differ in case', () => {
    const both = childEnvironment({ Path: 'a' }, [variable('PATH', 'b')], { platform: 'win32' })
    assert.equal(plain(both), { PATH: 'b' })
    const left = childEnvironment({ Path: 'a' }, [variable('PATH', 'b')], { platform: 'win32', keepExisting: true })
    assert.equal(plain(left), { Path: 'a' })
    assert.equal(Object.keys(childEnvironment({ Path: 'a' }, [variable('PATH', 'b')], { platform: 'linux' })).length, 2)
  })

  test('has a variable of any name', () => {
    const environment = childEnvironment({}, [variable('__proto__', 'x')], { platform: 'linux' })
    assert.equal(Object.entries(environment), [['__proto__', 'x']])
  })

  test('holds no credential of a key service that opens files, and says what it does not hold', () => {
    const { env, takenOut } = environmentOf(INHERITED, [], { platform: 'linux', credentials: /^(?:VAULT_TOKEN)$/i })
    assert.equal(plain(env), { HOME: '/home/a', AWS_SECRET_ACCESS_KEY: 'kept' })
    assert.equal(takenOut, [
      'MY_OWN',
      'SECRETS_AGE_KEY',
      'SECRETS_AGE_KEY_CMD',
      'SECRETS_AGE_KEY_FILE',
      'SOPS_AGE_KEY',
      'SOPS_AGE_SSH_PRIVATE_KEY_FILE',
      'VAULT_TOKEN',
    ])
  })

  test('keeps what is named, a clean one too', () => {
    const keep = ['VAULT_TOKEN', 'SOPS_*', 'NOWHERE']
    const { env, takenOut } = environmentOf(INHERITED, [], { platform: 'linux', keep, cleanEnv: true })
    assert.equal(plain(env), {
      HOME: '/home/a',
      VAULT_TOKEN: 'kept',
      SOPS_AGE_KEY: 'k',
      SOPS_AGE_SSH_PRIVATE_KEY_FILE: '/k',
    })
    assert.not(takenOut.includes('VAULT_TOKEN'))
    assert.is(
      environmentOf(INHERITED, [], { platform: 'linux', keep: ['vault_token'], cleanEnv: true }).env['VAULT_TOKEN'],
      undefined,
    )
    assert.is(
      environmentOf(INHERITED, [], { platform: 'win32', keep: ['vault_token'], cleanEnv: true }).env['VAULT_TOKEN'],
      'kept',
    )
  })

  test('names the values of files that did not take the place of what was there', () => {
    const variables = [variable('HOME', '/x'), variable('NEW', '1')]
    assert.equal(environmentOf(INHERITED, variables, { platform: 'linux', keepExisting: true }).leftAsSet, ['HOME'])
    assert.equal(environmentOf(INHERITED, variables, { platform: 'linux' }).leftAsSet, [])
  })
})
