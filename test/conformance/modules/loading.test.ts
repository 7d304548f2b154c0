import { playGolden } from './golden.ts';

playGolden('load');
