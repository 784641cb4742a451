/** Opens an Electron window under Playwright's driver. */
import { type ElectronApplication, _electron as electron, errors } from '@playwright/test';

/** A window that is there is reached within seconds. Milliseconds. */
const patience = 30_000;

/**
 * Now and then the driver is connected and does not get through to a window that is there (about one launch in fifty of the old Electron
 * that the tests run): it is said, and begun anew, once.
 * @param clean what undoes the traces of the first try
 * @returns the application, and when the launch that reached it began, by performance.now()
 */
export async function launchElectron(
  options: Parameters<typeof electron.launch>[0],
  clean: () => void = () => undefined,
): Promise<{ readonly app: ElectronApplication; readonly startedAt: number }> {
  const launch = async () => {
    const startedAt = performance.now();
    return { app: await electron.launch({ ...options, timeout: patience }), startedAt };
  };
  try {
    return await launch();
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    console.error('The driver did not reach the Electron window within half a minute; it is launched once more.');
    clean();
    return launch();
  }
}
