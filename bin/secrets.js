#!/usr/bin/env node
import module from 'node:module'

// Node 22.8 and later keep compiled code between runs; loaded before the bundle so that the bundle is kept too.
module.enableCompileCache?.()
const { start } = await import('../dist/cli/main.js')
await start(process)
