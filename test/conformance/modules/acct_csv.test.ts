import { playGolden } from './golden.ts';

playGolden('csv');
