import { type ModuleSetting, ModuleSettingError, type ModuleSettings } from '../module.ts';

export const PROTOCOLS = ['udp', 'tcp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The collector, and who we are to it. */
export interface HepSettings {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly captureId: number;
}

export const SETTING_NAMES = ['capt_host', 'capt_port', 'capt_ptype', 'capt_id'] as const;
type SettingName = (typeof SETTING_NAMES)[number];

const DEFAULTS: HepSettings = { host: '10.0.0.1', port: 9060, protocol: 'udp', captureId: 101 };
const MAX_PORT = 0xffff;
const MAX_UINT32 = 0xffff_ffff;

/** Reads the settings as the C daemon does, with its texts. @throws ModuleSettingError */
export function readSettings(settings: ModuleSettings): HepSettings {
  const found = (name: SettingName): ModuleSetting | undefined => settings.get(name);
  const [port, protocol, captureId] = [found('capt_port'), found('capt_ptype'), found('capt_id')];
  return {
    host: found('capt_host')?.text ?? DEFAULTS.host,
    port: port === undefined ? DEFAULTS.port : integer(port, 'port', 1, MAX_PORT),
    protocol: protocol === undefined ? DEFAULTS.protocol : protocolOf(protocol),
    captureId: captureId === undefined ? DEFAULTS.captureId : integer(captureId, 'capt_id', 0, MAX_UINT32),
  };
}

function integer(setting: ModuleSetting, what: string, least: number, most: number): number {
  const { integer: value } = setting;
  if (value === undefined) throw invalid(setting, what, `'${setting.text}'`);
  // The C daemon tells the low 32 bits.
  if (value < least || value > most) throw invalid(setting, what, String(value | 0));
  return value;
}

function protocolOf(setting: ModuleSetting): Protocol {
  const wanted = setting.text.toLowerCase();
  const protocol = PROTOCOLS.find((name) => name === wanted);
  if (protocol === undefined) throw invalid(setting, 'ptype', `'${setting.text}'`);
  return protocol;
}

function invalid({ key }: ModuleSetting, what: string, value: string): ModuleSettingError {
  return new ModuleSettingError(`error in config file; invalid value for ${what} in section '${key}': ${value}`);
}
