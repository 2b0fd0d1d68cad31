import * as assert from 'uvu/assert'
import { detectSystem, isInPipeline } from '../../../src/pipeline/ci/detect-system.ts'
import { ciSystems } from '../../../src/pipeline/ci/systems/registry.ts'
import { suite } from '../../support/suite.ts'
import { CI_SAMPLES, systemOf } from './ci-samples.ts'

suite('systems that run pipelines', (test) => {
  test('each has a sample here, and the registry says what they say', async () => {
    const detectable = ciSystems.filter(({ knownBy }) => knownBy.length > 0)
    assert.equal(
      detectable.map(({ id }) => id),
      Object.keys(CI_SAMPLES),
    )
    for (const { load, ...facts } of ciSystems) {
      const { id, name, knownBy, rank } = await load()
      assert.equal({ id, name, knownBy, rank }, facts)
    }
  })

  for (const [id, { env, job }] of Object.entries(CI_SAMPLES)) {
    test(`${id} is found by the variables that it sets, and tells of its job`, async () => {
      assert.is(detectSystem(env)?.id, id)
      assert.ok(isInPipeline(env))
      const system = await systemOf(id)
      assert.equal(system.job(env), job)
      assert.equal(system.job({}), {}, 'what is not said is left out')
      assert.is(detectSystem({ ...env, CI: 'false' }), undefined)
      assert.not.ok(isInPipeline({ ...env, CI: 'false' }))
    })
  }

  test('a system that is not known is one all the same; none is none', () => {
    assert.is(detectSystem({ CI: 'true' }), undefined)
    assert.ok(isInPipeline({ CI: 'true' }))
    for (const CI of ['', '0', 'FALSE']) assert.not.ok(isInPipeline({ CI, GITHUB_ACTIONS: 'true' }), CI)
    assert.not.ok(isInPipeline({ HOME: '/home/a', GITHUB_ACTIONS: '' }))
  })

  test('variables of another value do not make Woodpecker', () => {
    assert.is(detectSystem({ CI: 'true', CI_SYSTEM_NAME: 'other' }), undefined)
    assert.is(detectSystem({ CI: 'woodpecker', DRONE: 'true' })?.id, 'woodpecker')
  })
})
