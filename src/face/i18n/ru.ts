// Russian texts.
import type { Messages } from './messages.js';
import { plural } from './plural.js';

const missed = plural('ru', {
  one: 'пропущенный вызов',
  few: 'пропущенных вызова',
  many: 'пропущенных вызовов',
  other: 'пропущенного вызова',
});

export const ru: Messages = {
  locale: 'ru',
  line: {
    registered: 'Домофон на связи',
    registering: 'Подключаемся к домофону…',
    trouble: {
      'no-network': {
        title: 'Нет связи с\u00a0домофоном',
        advice: 'Проверьте сетевой кабель.',
      },
      'server-not-found': {
        title: 'Нет связи с\u00a0домофоном',
        advice: 'Сервер не найден. Проверьте, работает\u00a0ли интернет.',
      },
      'no-answer': {
        title: 'Нет связи с\u00a0домофоном',
        advice: 'Сервер не отвечает. Панель подключится сама.',
      },
      'server-error': {
        title: 'Домофон временно недоступен',
        advice: 'Ошибка на сервере. Панель подключится сама.',
      },
      'wrong-password': {
        title: 'Неверный логин или пароль',
        advice: 'Попросите установщика проверить настройки.',
      },
      forbidden: {
        title: 'Сервер отказал в доступе',
        advice: 'Обратитесь в службу поддержки домофона.',
      },
      'unknown-account': {
        title: 'Сервер не знает эту панель',
        advice: 'Попросите установщика проверить логин.',
      },
      unknown: {
        title: 'Нет связи с\u00a0домофоном',
        advice: 'Панель подключится сама.',
      },
    },
    retry: 'Попробовать снова',
    retrying: 'Подключаемся…',
  },
  missed,
  call: {
    ringing: 'Звонок в дверь',
    silenced: 'Звонок без звука',
    answering: 'Соединяем…',
    connecting: 'соединяем…',
    calling: 'Вызываем…',
    talking: 'Разговор',
    onHold: 'На удержании',
    muted: 'Вас не слышно',
    ending: 'Завершаем вызов…',
    answer: 'Ответить',
    decline: 'Отклонить',
    hangUp: 'Завершить',
    cancel: 'Отменить',
    silence: 'Без звука',
    microphone: 'Микрофон',
    microphoneOn: 'включён',
    microphoneOff: 'выключен',
    videoSoon: 'Видео сейчас появится…',
    noVideo: 'Вызов без видео',
  },
  door: {
    open: 'Открыть',
    sending: 'отправка…',
    sent: 'отправлено',
    failed: 'не отправлено',
    unnamed: (number) => `Замок ${number}`,
    sentNotice: 'Команда на открытие отправлена',
    failedNotice: 'Не удалось отправить команду',
  },
  busyCaller: 'Звонил кто-то ещё',
  ended: {
    remote: 'Вызов завершён',
    local: 'Вызов завершён',
    cancelled: 'Пропущенный вызов',
    elsewhere: 'Ответили на другом устройстве',
    declined: 'Вызов отклонён',
    unanswered: 'Вызов остался без ответа',
    busy: 'Занято',
    silent: 'Связь прервалась',
    failed: 'Вызов не удался',
  },
};
