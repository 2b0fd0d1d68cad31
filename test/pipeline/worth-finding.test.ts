import * as assert from 'uvu/assert'
import { isWorthFinding } from '../../src/pipeline/worth-finding.ts'
import { suite } from '../support/suite.ts'

suite('worth-finding', (test) => {
  test('says which values are worth looking for', () => {
    const worth = [
      'hunter2-marker',
      'k3J9x!qz',
      'correcthorse',
      'xxxxZb83kQ',
      '4539578763621486',
      'us-west-1',
      '\u00ff'.repeat(6) + 'Zb83kQ',
    ]
    const not = [
      'short',
      'aaaaaaaaaaaaaaaa',
      'password',
      'production',
      'PRODUCTION',
      '12345678',
      '',
      'ChangeMe',
      'hunter2\r\n',
    ]
    for (const value of worth) assert.ok(isWorthFinding(Buffer.from(value)), value)
    for (const value of not) assert.not.ok(isWorthFinding(Buffer.from(value)), value)
  })
})
