import { playGolden } from './golden.ts';

playGolden('dtmf');
