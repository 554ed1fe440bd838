import { ExporterError } from '../../errors.ts';
import { type Koffi, requireKoffi } from './require-koffi.ts';

export type { Koffi } from './require-koffi.ts';

/** A declared function of a library; koffi checks the arguments when it is called. */
export type NativeFunction = (...args: readonly unknown[]) => unknown;

/**
 * The FFI library. Required late and by hand: where no prebuilt binary fits, the import itself fails, and the fallbacks must
 * still run.
 * @throws ExporterError EPH_WINDOWS_CALL when it cannot be loaded.
 */
export function loadKoffi(): Koffi {
  try {
    return requireKoffi();
  } catch (error) {
    throw new ExporterError('EPH_WINDOWS_CALL', `koffi cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Declares a function of a library; signatures in koffi's C-like notation.
 * @throws ExporterError EPH_WINDOWS_CALL when the library or the function is missing.
 */
export function declareFunction(koffi: Koffi, library: string, signature: string): NativeFunction {
  try {
    return koffi.load(library).func(signature) as NativeFunction;
  } catch (error) {
    throw new ExporterError('EPH_WINDOWS_CALL', `${library}: ${messageOf(error)}`, { cause: error });
  }
}

/** The error that a Windows status is told as. */
export function callFailed(name: string, status: number): ExporterError {
  return new ExporterError('EPH_WINDOWS_CALL', `${name} failed with status ${status}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
