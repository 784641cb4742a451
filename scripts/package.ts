/** `npm run package`: the installable app of this platform, or, with `--dir`, its folder alone; its fuses are read back. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { build, type Configuration } from 'electron-builder';
import { canRunService } from '../electron/service/hosts/relay.ts';
import { ensureBuilt } from './build.ts';
import { root } from './children.ts';
import { readFlags } from './flags.ts';

const flags = readFlags('npm run package', 'Packages Bindery for this platform.', {
  dir: { help: 'only the folder of the app, no installer' },
  electron: { value: 'DIR', help: 'an unpacked Electron to package (default: the one of package.json, downloaded)' },
  output: { value: 'DIR', help: 'where it goes (default: dist)' },
});

/** What a packaged Bindery may not be able to do, and what it must: whatever the shell never needs is burnt off. */
const fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
} as const;
const optionOf: Readonly<Record<keyof typeof fuses, FuseV1Options>> = {
  runAsNode: FuseV1Options.RunAsNode,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
};

/**
 * An Electron that is not the one of package.json: its own Node may be too old for the service, which it then hands to the
 * project's Node, which reads no archive. So the service's bundles lie beside the archive. What is shipped needs it never.
 */
function handsOver(electron: string | undefined): boolean {
  if (!electron) return false;
  const ran = spawnSync(
    join(electron, process.platform === 'win32' ? 'electron.exe' : 'electron'),
    ['-p', 'process.versions.node'],
    {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      encoding: 'utf8',
    },
  );
  return !canRunService(ran.stdout.trim());
}

/** The folder that holds the app, as the packager names it on this platform. */
function unpackedFolder(output: string): string {
  const name = readdirSync(output).find((each) => /unpacked$|^mac/.test(each));
  if (!name) throw new Error(`There is no packaged app in ${output}.`);
  return join(output, name);
}

function programIn(folder: string): string {
  const names = ['bindery', 'Bindery.exe', 'Bindery.app/Contents/MacOS/Bindery'];
  const found = names.map((name) => join(folder, name)).find(existsSync);
  if (!found) throw new Error(`There is no program in ${folder}.`);
  return found;
}

async function run(): Promise<number> {
  if (!(await ensureBuilt())) return 1;
  const output = flags.output ?? join(root, 'dist');
  const isOld = handsOver(flags.electron);
  // an Electron from before a fuse has no place to burn it
  const { grantFileProtocolExtraPrivileges, ...older } = fuses;
  const burnt = isOld ? older : { ...older, grantFileProtocolExtraPrivileges };
  const config: Configuration = {
    extends: join(root, 'electron-builder.yml'),
    directories: { output, buildResources: 'resources' },
    ...(flags.electron ? { electronDist: flags.electron } : {}),
    electronFuses: burnt,
    ...(isOld ? { asarUnpack: ['**/*.node', 'out/main/**', 'node_modules/**'] } : {}),
  };
  await build({ projectDir: root, config, dir: flags.dir ?? false, publish: 'never' });
  const program = programIn(unpackedFolder(output));
  const wire = await getCurrentFuseWire(program);
  const wrong = Object.entries(burnt).filter(([name, on]) => {
    const state = wire[optionOf[name as keyof typeof fuses]]; // the keys of `fuses`
    return state !== (on ? FuseState.ENABLE : FuseState.DISABLE);
  });
  if (wrong.length > 0) {
    console.error(`Fuses are not as they must be: ${wrong.map(([name]) => name).join(', ')}.`);
    return 1;
  }
  console.log(program);
  return 0;
}

process.exitCode = await run();
