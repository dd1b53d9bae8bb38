// Words that common passwords are made of: names, animals, teams, cars, months, endearments, in English and Russian. Written down for this
// project from general knowledge, no list of leaked passwords; and what English words are shortest, so that sentences of them count little.
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
  password passwort passw0rd pass word pwd parola contrasena motdepasse secret private login logon signin admin administrator
  root superuser user username guest test tester testing demo temp temporary default changeme change letmein welcome hello
  goodbye access master system server service computer internet network router wifi wireless google yahoo gmail facebook
  twitter instagram youtube amazon apple microsoft windows linux android samsung iphone nokia sony xbox playstation nintendo
  pokemon minecraft fortnite roblox steam zelda mario sonic iloveyou ilove love lover lovely loveme loveyou forever always
  family mother father mommy daddy mama papa sister brother baby babygirl babyboy girl boy man woman king queen prince
  princess angel devil demon heaven hell god jesus christ church bible blessed faith grace hope spirit sunshine sunflower
  flower rose lily daisy jasmine violet orchid tulip butterfly rainbow star starlight moon moonlight sun sunny summer winter
  spring autumn january february march april may june july august september october november december monday tuesday wednesday
  thursday friday saturday sunday morning night midnight today tomorrow birthday christmas holiday vacation weekend paradise
  dream dreams dreamer dragon monkey tiger lion eagle falcon hawk phoenix wolf bear panther cobra viper snake shark whale
  dolphin turtle rabbit bunny kitty kitten cat cats dog dogs puppy doggy horse pony cow pig chicken duck bird birdie mouse
  spider scorpion bulldog buster rex lucky max buddy bella charlie rocky shadow smokey ginger pepper cookie cookies candy
  sugar honey chocolate vanilla banana orange cherry strawberry peaches lemon mango coffee pizza cheese butter bacon burger
  whiskey vodka tequila beer wine football soccer baseball basketball hockey tennis golf golfer cricket rugby volleyball
  swimming running fitness bicycle racing nascar ferrari porsche mercedes bmw audi toyota honda nissan mustang camaro corvette
  chevy ford harley yamaha kawasaki suzuki ducati liverpool chelsea arsenal manchester united city barcelona realmadrid madrid
  juventus milan inter bayern dortmund celtic rangers tottenham everton newcastle yankees redsox lakers bulls cowboys steelers
  packers raiders eagles giants patriots dodgers cubs spartak zenit dinamo cska lokomotiv superman batman spiderman ironman
  hulk thor avengers joker wolverine starwars skywalker vader jedi yoda matrix neo trinity gandalf frodo harry potter hogwarts
  hermione voldemort pikachu naruto sasuke goku vegeta dragonball onepiece snoopy garfield mickey minnie disney simpsons homer
  bart scooby tweety tigger pooh winnie barbie michael jordan john david james robert william richard joseph thomas charles
  christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy
  jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank
  alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan
  jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe billy bruce
  albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah louis bobby philip johnny mary
  patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty sandra ashley dorothy kimberly
  emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy shirley angela helen
  anna brenda pamela nicole samantha katherine emma ruth christine catherine debra rachel carolyn janet virginia maria heather
  diane julie joyce victoria kelly christina joan evelyn lauren judith olivia frances martha cheryl megan andrea hannah
  jacqueline ann jean alice kathryn gloria teresa doris sara janice julia marie madison judy abigail beverly denise marilyn
  amber danielle brittany diana jane natalie sophia alexis tiffany kayla crystal sergey sergei andrey andrei alexey alexei
  dmitry dmitri ivan mikhail nikolay vladimir oleg igor pavel denis artem roman maxim maksim anton viktor konstantin vitaly
  stanislav kirill evgeny yuri ruslan timur vadim svetlana elena olga natasha natalia tatiana irina ekaterina katya nastya
  anastasia marina yulia ksenia oksana larisa galina ludmila valentina polina daria dasha masha vika lena sveta money dollar
  million rich gold golden silver diamond platinum bronze treasure lottery casino poker winner champion freedom liberty
  justice peace power energy thunder thunderstorm lightning storm hurricane tornado blizzard fire flame ice snow snowball
  water ocean river mountain forest desert island beach california texas florida newyork chicago boston london paris berlin
  moscow russia america canada mexico brazil india china japan korea australia germany france italy spain england scotland
  ireland ukraine kazakhstan almaty astana red blue green yellow purple black white pink brown grey color one two three four
  five six seven eight nine ten hundred thousand number numbers guitar piano music dance dancer singer metal metallica
  slipknot nirvana eminem tupac beatles blink linkin park rockstar rock roll hunter ranger soldier army navy marine marines
  airborne sniper warrior knight ninja samurai pirate wizard magic magical merlin merlyn killer terminator predator alien
  aliens zombie vampire ghost monster beast legend hero heroes player gamer hacker hacking cyber student teacher school
  college university doctor nurse police lawyer engineer manager office business company work job home house garden kitchen
  bedroom door window key lock secure security safe safety letter please thanks thankyou sorry trustno trust believe
  unbelievable incredible beautiful gorgeous handsome pretty sweet sweetie sweetheart darling precious special perfect awesome
  amazing wonderful happy happiness smile smiley funny crazy stupid idiot fuck fucker fuckyou asshole bitch shit pussy sexy
  hottie hot cool big small little tiny super mega ultra new old young best first last top good bad nice abc abcd qwe qwer asd
  asdf zxc qaz wsx qwerty asdfgh zxcvbn azerty qwertz trustno1 ncc1701 thx1138 a1b2c3 aa bb cc xx zz correct battery staple
  open sesame the my your our his her you are is and for not with this that from have i am me we it to of in on at who what
  when where why how can will go come get let make take give raspberry raspberrypi pi ubuntu debian node smarthome smart iot
  hub hubsieve sieve alexa siri homekit homeassistant assistant zigbee mqtt device thermostat camera doorbell vacuum robot
  lamp light plug пароль парол секрет админ администратор привет любовь любимая любимый люблю люблютебя тебя меня солнышко
  солнце зайка зайчик котик котенок кот кошка собака мама мамочка папа сестра брат семья дочка сынок жизнь счастье удача
  деньги миллион россия москва питер казань спартак зенит динамо локомотив футбол хоккей наташа настя анастасия аня анна маша
  мария катя екатерина лена елена оля ольга таня татьяна ира ирина света светлана юля юлия даша дарья вика виктория ксюша саша
  александр дима дмитрий сергей андрей алексей иван максим никита артем денис роман олег игорь павел владимир михаил николай
  егор антон кирилл ангел демон дракон волк тигр лев медведь король королева принцесса звезда луна весна лето осень зима
  январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь понедельник вторник среда четверг пятница
  суббота воскресенье один два три четыре пять шесть семь восемь девять десять друг друзья навсегда никогда работа школа дом
  квартира дача машина компьютер интернет сеть роутер хаб умныйдом умный красота цветок роза ромашка победа родина мир свобода
  ночь день утро вечер йцукен фыва ячсмит я ты мы он она мой моя твой не и в на с
  correcthorsebatterystaple thequickbrownfox yellowsubmarine goldenretriever onceuponatime jesuschrist mydogisthebest
  ilovemyfamily godisgood godislove tobeornottobe maytheforcebewithyou opensesame nopassword password4me
`
    .trim()
    .split(/\s+/),
);
