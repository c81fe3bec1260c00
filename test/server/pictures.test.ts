import { expect } from 'chai'
import sharp from 'sharp'
import { kindOf, type PhotoType } from '#domain/media'
import { sharpPictures } from '#gateways/pictures'

/** A picture as a phone takes it: lying on its side, with where and by whom in it. */
function photo(format: 'jpeg' | 'png' | 'webp', orientation = 6): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 30, channels: 3, background: '#c02020' } })
    .withMetadata({ orientation })
    .withExif({
      IFD0: { Artist: 'Ana Secret', Software: 'Phone 1.0' },
      IFD3: { GPSLatitude: '48/1 12/1 0/1', GPSLongitude: '16/1 22/1 0/1' },
    })
    .toFormat(format)
    .toBuffer()
}

describe('Pictures', () => {
  const pictures = sharpPictures()
  const typeOf = (bytes: Buffer): PhotoType => {
    const known = kindOf(bytes)
    if (known?.kind !== 'photo') throw new Error('That is no photo.')
    return known.contentType
  }
  const clean = (bytes: Buffer) => pictures.clean(bytes, typeOf(bytes))

  for (const format of ['jpeg', 'png', 'webp'] as const) {
    it(`are written anew as ${format}, upright, and say nothing of who took them and where`, async () => {
      const bytes = await photo(format)
      expect(bytes.includes('Ana Secret')).to.equal(true)
      expect((await sharp(bytes).metadata()).exif).not.to.equal(undefined)

      const cleaned = await clean(bytes)
      expect(cleaned).to.include({ contentType: `image/${format}`, width: 30, height: 60 })
      const after = await sharp(cleaned?.bytes).metadata()
      expect(after).to.include({ format, width: 30, height: 60 })
      for (const kind of ['exif', 'icc', 'iptc', 'xmp', 'orientation'] as const)
        expect(after[kind], kind).to.equal(undefined)
      expect(cleaned?.bytes.includes('Ana Secret')).to.equal(false)
    })
  }

  it('that move go on moving', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 20, height: 10, channels: 3, background } })
        .png()
        .toBuffer()
    const frames = await Promise.all(['red', 'green', 'blue'].map(frame))
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await sharp(frames, { join: { animated: true } })
        .toFormat(format)
        .toBuffer()
      const cleaned = await clean(bytes)
      expect(cleaned).to.include({ contentType: `image/${format}`, width: 20, height: 10 })
      expect((await sharp(cleaned?.bytes, { animated: true }).metadata()).pages).to.equal(3)
    }
  })

  it('lose what is hidden behind them', async () => {
    const bytes = Buffer.concat([await photo('jpeg'), Buffer.from('<script>alert(1)</script>')])
    expect((await clean(bytes))?.bytes.includes('script')).to.equal(false)
  })

  it('that are cut off, or are another kind than they begin like, are none', async () => {
    const bytes = await photo('jpeg')
    expect(await clean(bytes.subarray(0, bytes.length / 2))).to.equal(null)
    expect(await clean(Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(500, 0x41)]))).to.equal(null)
    expect(await pictures.clean(bytes, 'image/png')).to.equal(null)
    expect(await pictures.clean(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png')).to.equal(null)
  })

  it('that would fill a wall when they are unfolded are none', async () => {
    const wall = await sharp({ create: { width: 12_000, height: 6_000, channels: 3, background: 'white' } })
      .png()
      .toBuffer()
    expect(wall.length).to.be.below(1_000_000)
    expect(await clean(wall)).to.equal(null)
  })

  it('are read by no reader but the four that we need', async () => {
    const tiff = await sharp({ create: { width: 5, height: 5, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer()
    expect(
      await sharp(tiff)
        .metadata()
        .catch(() => 'refused'),
    ).to.equal('refused')
  })
})
