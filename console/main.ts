import { App } from './app.ts'
import { place } from './machine.ts'
import { page } from './page.ts'

const app = new App()
const { element, draw } = page(app)
place.replaceChildren(element)
app.store.drawnBy(draw)
void app.start()
