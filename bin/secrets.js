#!/usr/bin/env node
'use strict'

// CommonJS, since Node starts its loader of ES modules only when one is asked for: nothing here needs it.
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-v')) {
  process.stdout.on('error', () => undefined)
  process.stdout.write(`${require('../package.json').version}\n`)
} else {
  // Node 22.8 and later keep compiled code between runs.
  const nodeModules = require('node:module')
  if (nodeModules.enableCompileCache === undefined) require('./code-cache.js').useCodeCache()
  else nodeModules.enableCompileCache()
  require('../dist/cli/main.js').start(process)
}
