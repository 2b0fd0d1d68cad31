/** Git lets a file be encrypted more than once in one command; what it gets must not depend on the clock. */
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { faultyFilter } from './faulty-filter.ts'
import { secretRepository } from './secret-repository.ts'

suite('cleaned twice', (test) => {
  for (const file of ['dev/app.yaml', 'prod/app.yaml']) {
    test(`commit by path leaves ${file} unchanged, though seconds pass in between`, async (context) => {
      const repository = await secretRepository(context)
      repository.write(file, 'a: marker-first\n')
      await repository.git('add', '--all')
      await repository.commit('first')
      repository.write(file, 'a: marker-second\n')
      const filter = await faultyFilter(repository, 'delay', { count: 0 })
      await repository.git('commit', '--quiet', '--message', 'second', '--', file)
      await filter.mend()
      assert.is((await repository.git('status', '--porcelain')).stdout, '')
    })
  }

  test('so does a file that git was only told of', async (context) => {
    const repository = await secretRepository(context)
    await repository.git('add', '--all')
    await repository.git('commit', '--quiet', '--allow-empty', '--message', 'first')
    repository.write('dev/new.yaml', 'a: marker-new\n')
    await repository.git('add', '--intent-to-add', 'dev/new.yaml')
    const filter = await faultyFilter(repository, 'delay', { count: 0 })
    await repository.git('commit', '--quiet', '--message', 'second', '--', 'dev/new.yaml')
    await filter.mend()
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
  })
})
