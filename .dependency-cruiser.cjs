/** The import rules of the layout: renderer -> shared <- service; the sandbox knows neither. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-pure',
      comment: 'shared/ runs everywhere: no Node, no Electron, no DOM library, nothing of the two sides.',
      severity: 'error',
      from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(electron|renderer|benchmarks|scripts|e2e)/|^node_modules/(electron|better-sqlite3|react)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'shared-has-no-node',
      severity: 'error',
      from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-knows-the-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|benchmarks|scripts|e2e)/|^node_modules/(electron|better-sqlite3)/' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'service-has-no-electron',
      comment: 'The same service runs under utilityProcess and under plain Node.',
      severity: 'error',
      from: { path: '^electron/service/' },
      to: { path: '^(electron/(main|preload)|renderer)/|^node_modules/electron/' },
    },
    {
      name: 'service-runs-without-the-sandbox',
      severity: 'error',
      from: { path: '^electron/service/', pathNot: '\\.test\\.ts$|\\.soak\\.ts$|/testing/' },
      to: { path: '^electron/sandbox/' },
    },
    {
      name: 'sandbox-is-a-second-reading',
      comment: 'Two independent readings of the protocol check each other.',
      severity: 'error',
      from: { path: '^electron/sandbox/' },
      to: { path: '^(electron/(service|main|preload)|shared|renderer)/|^node_modules/electron/' },
    },
    {
      name: 'shell-holds-no-rule',
      comment: 'main and preload import types of the contract only, and open no database.',
      severity: 'error',
      from: { path: '^electron/(main|preload)/' },
      to: { path: '^(electron/(service|sandbox)|renderer|shared/domain)/|^node_modules/better-sqlite3/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'] },
  },
};
