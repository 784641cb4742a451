import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The oldest runtime that the shell has to load in: Electron 25, whose own Node is 18 and whose page is Chrome 114. */
const oldestNode = 'node18';
const oldestChrome = 'chrome114';

/** Shorter, so read sooner; names stay, because what is logged of an error names them. */
const shorter = { compress: true, mangle: false, codegen: { removeWhitespace: true } } as const;

export default defineConfig({
  main: {
    build: {
      target: oldestNode,
      // Everything is bundled but what holds a native addon: many small files are slow to load, and ESM-only packages
      // cannot be required by the older runtime.
      externalizeDeps: false,
      rolldownOptions: {
        external: ['electron', 'better-sqlite3'],
        input: {
          index: 'electron/main/index.ts',
          utility: 'electron/service/hosts/utility.ts',
          serve: 'electron/service/hosts/serve.ts',
          'database-worker': 'electron/service/database/worker.ts',
          'checkpoint-worker': 'electron/service/database/checkpoint-worker.ts',
          'matching-worker': 'electron/service/matching/worker.ts',
          // the marketplace of the demonstration, for an installed app; `npm start` runs it from source
          sandbox: 'electron/sandbox/cli.ts',
        },
        // chunks lie beside the entries, so that "beside this file" means the same in each
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs', minify: shorter },
      },
    },
  },
  preload: {
    build: {
      target: oldestNode,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'electron/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      target: oldestChrome,
      // what is shorter is read and parsed sooner
      minify: true,
      chunkSizeWarningLimit: 4_000,
      rolldownOptions: { input: { index: 'renderer/index.html' } },
    },
  },
});
