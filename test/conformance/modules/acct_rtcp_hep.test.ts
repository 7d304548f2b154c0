import { playGolden } from './golden.ts';

playGolden('hep');
