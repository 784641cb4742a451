/** The words of the generated marketplace. Invented brands, everyday nouns. */

export interface Axis {
  readonly name: string;
  readonly values: readonly string[];
}

export const AXES: Readonly<Record<string, Axis>> = {
  color: { name: 'Color', values: ['Black', 'White', 'Red', 'Blue', 'Silver', 'Green', 'Graphite', 'Rose'] },
  capacity: { name: 'Capacity', values: ['64GB', '128GB', '256GB', '512GB', '1TB'] },
  voltage: { name: 'Voltage', values: ['110V', '220V', '12V', '24V'] },
  size: { name: 'Size', values: ['XS', 'S', 'M', 'L', 'XL', 'XXL'] },
  screen: { name: 'Screen', values: ['24"', '32"', '43"', '55"', '65"'] },
  volume: { name: 'Volume', values: ['250ml', '500ml', '1L', '2L', '5L'] },
  pack: { name: 'Pack', values: ['1 pc', '2 pcs', '4 pcs', '10 pcs', '20 pcs'] },
  shoe: { name: 'Size', values: ['36', '38', '40', '42', '44', '46'] },
};

/** Department > category > leaf: nouns, variant axis, lowest and highest price in currency units. */
type Leaf = readonly [name: string, nouns: string, axis: keyof typeof AXES, low: number, high: number];

export const TREE: readonly (readonly [string, readonly (readonly [string, readonly Leaf[]])[]])[] = [
  [
    'Electronics',
    [
      [
        'Audio',
        [
          ['Headphones', 'Wireless Headphones|Over-Ear Headphones|Earbuds', 'color', 20, 400],
          ['Speakers', 'Bluetooth Speaker|Soundbar|Bookshelf Speaker', 'color', 30, 600],
          ['Turntables', 'Belt Drive Turntable|Direct Drive Turntable', 'color', 90, 900],
        ],
      ],
      [
        'Computers',
        [
          ['Laptops', 'Laptop|Ultrabook|Notebook', 'capacity', 400, 2500],
          ['Storage', 'External Drive|Solid State Drive|USB Flash Drive', 'capacity', 12, 350],
          ['Networking', 'Ethernet Switch|Wireless Router|Access Point', 'pack', 25, 450],
        ],
      ],
      [
        'Television',
        [
          ['Televisions', 'LED Television|OLED Television|Smart TV', 'screen', 180, 2800],
          ['Projectors', 'Portable Projector|Home Cinema Projector', 'color', 120, 1800],
        ],
      ],
      [
        'Phones',
        [
          ['Smartphones', 'Smartphone|5G Smartphone', 'capacity', 150, 1400],
          ['Chargers', 'Wall Charger|Power Bank|Charging Cable', 'color', 8, 90],
        ],
      ],
    ],
  ],
  [
    'Home',
    [
      [
        'Kitchen',
        [
          ['Blenders', 'Blender|Hand Blender|Food Processor', 'voltage', 25, 400],
          ['Coffee', 'Coffee Maker|Espresso Machine|Coffee Grinder', 'voltage', 30, 900],
          ['Cookware', 'Frying Pan|Saucepan|Pressure Cooker', 'volume', 15, 220],
        ],
      ],
      [
        'Appliances',
        [
          ['Vacuum Cleaners', 'Vacuum Cleaner|Robot Vacuum|Handheld Vacuum', 'voltage', 60, 800],
          ['Irons', 'Steam Iron|Garment Steamer', 'voltage', 20, 160],
          ['Fans', 'Ceiling Fan|Tower Fan|Desk Fan', 'voltage', 20, 300],
        ],
      ],
      [
        'Furniture',
        [
          ['Chairs', 'Office Chair|Dining Chair|Armchair', 'color', 45, 700],
          ['Lamps', 'Desk Lamp|Floor Lamp|Pendant Lamp', 'color', 15, 280],
        ],
      ],
      [
        'Bedding',
        [
          ['Pillows', 'Memory Foam Pillow|Feather Pillow', 'pack', 12, 120],
          ['Blankets', 'Fleece Blanket|Wool Blanket', 'color', 18, 190],
        ],
      ],
    ],
  ],
  [
    'Tools',
    [
      [
        'Power Tools',
        [
          ['Drills', 'Cordless Drill|Hammer Drill|Impact Driver', 'voltage', 40, 450],
          ['Saws', 'Circular Saw|Jigsaw|Mitre Saw', 'voltage', 50, 600],
          ['Sanders', 'Orbital Sander|Belt Sander', 'voltage', 35, 260],
        ],
      ],
      [
        'Hand Tools',
        [
          ['Wrenches', 'Socket Wrench Set|Torque Wrench|Adjustable Wrench', 'pack', 9, 180],
          ['Screwdrivers', 'Screwdriver Set|Precision Screwdriver', 'pack', 6, 70],
        ],
      ],
      [
        'Measuring',
        [
          ['Lasers', 'Laser Level|Laser Distance Meter', 'color', 25, 380],
          ['Calipers', 'Digital Caliper|Micrometer', 'pack', 12, 150],
        ],
      ],
    ],
  ],
  [
    'Fashion',
    [
      [
        'Men',
        [
          ['Shirts', 'Cotton Shirt|Polo Shirt|Linen Shirt', 'size', 12, 110],
          ['Jackets', 'Rain Jacket|Denim Jacket|Down Jacket', 'size', 35, 320],
        ],
      ],
      [
        'Women',
        [
          ['Dresses', 'Summer Dress|Evening Dress', 'size', 20, 260],
          ['Cardigans', 'Long Sleeve Cardigan|Knit Cardigan', 'size', 18, 140],
        ],
      ],
      [
        'Shoes',
        [
          ['Running Shoes', 'Running Shoe|Trail Running Shoe', 'shoe', 40, 240],
          ['Boots', 'Leather Boot|Hiking Boot', 'shoe', 55, 350],
        ],
      ],
    ],
  ],
  [
    'Sports',
    [
      [
        'Cycling',
        [
          ['Helmets', 'Bicycle Helmet|Kids Helmet', 'size', 18, 220],
          ['Lights', 'Bicycle Light Set|Headlight', 'color', 8, 130],
        ],
      ],
      [
        'Fitness',
        [
          ['Weights', 'Dumbbell Set|Kettlebell', 'pack', 15, 300],
          ['Mats', 'Yoga Mat|Exercise Mat', 'color', 10, 90],
        ],
      ],
      [
        'Outdoor',
        [
          ['Tents', 'Camping Tent|Backpacking Tent', 'size', 60, 650],
          ['Bottles', 'Insulated Bottle|Water Bottle', 'volume', 8, 60],
        ],
      ],
    ],
  ],
  [
    'Beauty',
    [
      [
        'Hair',
        [
          ['Dryers', 'Hair Dryer|Diffuser Dryer', 'voltage', 18, 280],
          ['Shampoo', 'Repair Shampoo|Daily Shampoo', 'volume', 4, 40],
        ],
      ],
      [
        'Skin',
        [
          ['Creams', 'Face Cream|Hand Cream|Night Cream', 'volume', 5, 95],
          ['Sunscreen', 'Sunscreen Lotion|Sunscreen Spray', 'volume', 7, 45],
        ],
      ],
    ],
  ],
  [
    'Toys',
    [
      [
        'Games',
        [
          ['Board Games', 'Strategy Board Game|Family Board Game', 'pack', 12, 90],
          ['Puzzles', 'Jigsaw Puzzle|Wooden Puzzle', 'pack', 8, 60],
        ],
      ],
      ['Building', [['Blocks', 'Building Block Set|Magnetic Tile Set', 'pack', 14, 160]]],
    ],
  ],
  [
    'Office',
    [
      [
        'Printing',
        [
          ['Printers', 'Laser Printer|Inkjet Printer|Label Printer', 'voltage', 60, 700],
          ['Ink', 'Toner Cartridge|Ink Cartridge', 'color', 12, 180],
        ],
      ],
      [
        'Writing',
        [
          ['Pens', 'Gel Pen|Fountain Pen|Ballpoint Pen', 'pack', 2, 80],
          ['Paper', 'Copy Paper|Notebook Paper', 'pack', 4, 50],
        ],
      ],
    ],
  ],
];

export const BRAND_HEADS = [
  'Al',
  'Bor',
  'Cen',
  'Dar',
  'El',
  'Fen',
  'Gal',
  'Hor',
  'Il',
  'Jun',
  'Kor',
  'Lum',
  'Mer',
  'Nor',
  'Or',
  'Pel',
  'Quin',
  'Ros',
  'Sol',
  'Tav',
  'Ur',
  'Vel',
  'Wes',
  'Zan',
];
export const BRAND_TAILS = [
  'avo',
  'dex',
  'ena',
  'ford',
  'gard',
  'ico',
  'kraft',
  'line',
  'mont',
  'nova',
  'ora',
  'tec',
  'tron',
  'vik',
  'wood',
  'zio',
];
export const SERIES = [
  'Pro',
  'Max',
  'Lite',
  'Classic',
  'Prime',
  'Air',
  'Ultra',
  'Core',
  'Plus',
  'Home',
  'Studio',
  'Active',
  'Comfort',
  'Edge',
  'Nova',
  'One',
  'Sport',
  'Smart',
  'Tour',
  'Vista',
];
export const FEATURES = [
  'with two-year warranty',
  'energy saving',
  'dishwasher safe parts',
  'quick start',
  'low noise',
  'carry case included',
  'for daily use',
  'reinforced finish',
  'easy to clean',
  'compact design',
  'adjustable',
  'with spare part kit',
];
export const NOISE_WORDS = [
  'new',
  'original',
  'free shipping',
  'best price',
  'genuine',
  '2026 model',
  'promo',
  'sealed box',
  'official',
  'hot sale',
];

/** How sellers shorten a word. */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  wireless: 'wrls',
  bluetooth: 'BT',
  headphones: 'hdphn',
  speaker: 'spkr',
  television: 'TV',
  black: 'blk',
  white: 'wht',
  silver: 'slv',
  cordless: 'crdls',
  portable: 'port.',
  machine: 'mach.',
  external: 'ext',
  digital: 'dig.',
  adjustable: 'adj.',
  cartridge: 'cart.',
  vacuum: 'vac',
  leather: 'lthr',
  bicycle: 'bike',
  insulated: 'insul.',
  ethernet: 'eth',
  professional: 'pro',
  stainless: 'ss',
  set: 'kit',
  processor: 'proc.',
};

/** Other languages of sellers: Portuguese and Spanish words for some of the nouns and colours. */
export const TRANSLATIONS: Readonly<Record<string, string>> = {
  black: 'preto',
  white: 'branco',
  red: 'vermelho',
  blue: 'azul',
  green: 'verde',
  headphones: 'fone de ouvido',
  speaker: 'caixa de som',
  drill: 'furadeira',
  shirt: 'camisa',
  dress: 'vestido',
  boot: 'bota',
  lamp: 'lámpara',
  chair: 'silla',
  bottle: 'garrafa',
  blender: 'liquidificador',
  printer: 'impresora',
  pillow: 'almohada',
  fan: 'ventilador',
  saw: 'serra',
  iron: 'ferro',
  tent: 'barraca',
  cream: 'creme',
  helmet: 'capacete',
};
