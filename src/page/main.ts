import { App } from './app.ts';

const place = document.getElementById('page');
if (place !== null) {
  place.replaceChildren();
  new App(place).start();
}
