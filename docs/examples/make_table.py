"""Draws docs/examples/table.png: python3 make_table.py (Pillow 13.0.0, Debian's fonts-liberation)."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROWS = [
    ["Item", "Qty", "Price"],
    ["Tea", "2", "3.50"],
    ["Coffee", "10", "4.20"],
    ["Milk", "5", "1.15"],
    ["Bread", "3", "2.80"],
]
WIDTHS = [150, 100, 130]  # pixels; the model sees the picture at about half this size
HEIGHT = 52
MARGIN = 24
FONTS = "/usr/share/fonts/truetype/liberation/LiberationSans-"


def main() -> None:
    width, height = sum(WIDTHS) + 2 * MARGIN, HEIGHT * len(ROWS) + 2 * MARGIN
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    for r, row in enumerate(ROWS):
        font = ImageFont.truetype(FONTS + ("Bold.ttf" if r == 0 else "Regular.ttf"), 30)
        x, y = MARGIN, MARGIN + r * HEIGHT
        for c, (text, cell) in enumerate(zip(row, WIDTHS)):
            fill = "#dde3ea" if r == 0 else "white"
            pen.rectangle([x, y, x + cell, y + HEIGHT], fill=fill, outline="#303030", width=2)
            left, anchor = (x + 14, "lm") if c == 0 else (x + cell - 14, "rm")
            pen.text((left, y + HEIGHT // 2), text, font=font, fill="#101010", anchor=anchor)
            x += cell
    image.save(Path(__file__).with_name("table.png"), optimize=True)


if __name__ == "__main__":
    main()
